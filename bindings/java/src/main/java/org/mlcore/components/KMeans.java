// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Clusters around n_clusters centres.
 *
 * <p>Objective: sum of w_i |x_i - c(i)|^2, c(i) the centre nearest to row i (the inertia). A local
 * minimum is found; more starts (n_init) find better ones. Algorithm: Lloyd's iterations (1982)
 * from greedy k-means++ starts (Arthur &amp; Vassilvitskii 2007, 2 + floor(ln n_clusters)
 * candidates a centre) or from random rows. An iteration ends the run when no row changes its
 * cluster or the centres move less than tol. A cluster that lost its rows takes the row farthest
 * from its centre. Ties go to the lowest centre and row. Cost: n p n_clusters multiplications an
 * iteration, a copy of the features and 2 n numbers; a k-means++ start n (2 + ln n_clusters)
 * numbers more. Missing values are refused. Weight 2 equals the row twice: in the sums exactly, in
 * the draws of the starts in distribution. Constant columns have no effect. Distances treat
 * features alike: scale them first. The prediction is the number of the nearest centre, from 0; raw
 * gives the distances to all. Differences from scikit-learn: random numbers, so starts differ for
 * the same random_state; the variance that tol refers to is weighted; n_init=none is its auto;
 * algorithm=elkan and init by a given array are left out.
 */
public final class KMeans implements Recipe {
    private final Settings settings = new Settings();

    /**
     * Number of clusters. Default 8; at least 1 and at most 1000000.
     */
    public KMeans nClusters(long value) {
        settings.set("n_clusters", value);
        return this;
    }

    /**
     * Where the centres start. Default k-means++.
     * <ul>
     * <li>{@code k-means++}: far apart: the best of 2 + ln(n_clusters) draws a centre</li>
     * <li>{@code random}: rows at random</li>
     * </ul>
     */
    public KMeans init(String value) {
        settings.choice("init", value);
        return this;
    }

    /**
     * Starts, of which the one with the lowest inertia is kept; none is 1 for k-means++ and 10 for
     * random. Default none; at least 1 and at most 100000.
     */
    public KMeans nInit(long value) {
        settings.set("n_init", value);
        return this;
    }

    /**
     * Sets {@code n_init} to none.
     */
    public KMeans nInitNone() {
        settings.none("n_init");
        return this;
    }

    /**
     * Most iterations of a start. Default 300; at least 1 and at most 1000000.
     */
    public KMeans maxIter(long value) {
        settings.set("max_iter", value);
        return this;
    }

    /**
     * Stops when the centres move less than this times the mean variance of the features (squared
     * distances, all centres together). Default 0.0001; at least 0.
     */
    public KMeans tol(double value) {
        settings.set("tol", value);
        return this;
    }

    /**
     * Seed of the starts. Default 0.
     */
    public KMeans randomState(long value) {
        settings.set("random_state", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("kmeans", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("kmeans");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
