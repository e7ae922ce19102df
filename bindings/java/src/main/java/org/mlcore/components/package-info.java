/** Recipes in typed form: a class a transform and model, with a setter a parameter. */
package org.mlcore.components;
