// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Support vector machine for classes: linear, rbf, poly or sigmoid kernel.
 *
 * <p>Objective, of each pair of classes (Cortes &amp; Vapnik 1995): minimise |w|^2 / 2 + C sum_i
 * w_i max(0, 1 - y_i (w'phi(x_i) + b)), phi the features of the kernel, w_i the weight of the row
 * times that of its class. With nu (Schoelkopf et al. 2000) the margin is found instead of C.
 * Algorithm: the dual by rounds on working sets of up to 512 rows, the most violating ones and
 * those of the round before (Joachims 1998; Wen et al. 2018), in which sequential minimal
 * optimisation takes pairs by second-order gain (Fan, Chen, Lin 2005); ties go to the lowest row.
 * Rows of the kernel are kept up to cache_size. More than two classes vote, one against one, each
 * pair a task. Cost: n p operations for each row of the kernel, one to three for each support
 * vector as a rule; a prediction p for each support vector. Memory: cache_size, at least 32 rows of
 * the kernel, and two copies of the features. raw is the decision for two classes, above 0 for the
 * second. With probability the decisions of five fits, each without a fifth of the rows, make
 * Platt's sigmoid (2000); pairs are coupled by Wu, Lin, Weng (2004), so that probabilities may
 * disagree with the votes. Table problems has intercepts and the value of the dual. Shapley values
 * need background rows: they are exact of decisions (two classes, or ovo), and of scores of ovr and
 * kernel=sigmoid with up to 12 features. Missing values are refused. Weight 2 equals the row twice,
 * but for the fifths of probability. Constant columns have no effect on kernel=rbf. Distances and
 * products treat features alike: scale them first. At most 1000 classes. Differences from
 * scikit-learn: nu makes NuSVC of SVC, where class_weight counts too; gamma=scale counts weights;
 * the rows left out for probabilities are not drawn; kernels given by a function or as a matrix,
 * and shrinking, are left out.
 */
public final class SupportVectorClassifier extends SupportVector<SupportVectorClassifier> {
    @Override
    SupportVectorClassifier self() {
        return this;
    }

    /**
     * The nu form instead of C: at most this share of the training rows is inside the margin, and
     * at least this share are support vectors. Default none; above 0 and at most 1.
     */
    public SupportVectorClassifier nu(double value) {
        settings.set("nu", value);
        return this;
    }

    /**
     * Sets {@code nu} to none.
     */
    public SupportVectorClassifier nuNone() {
        settings.none("nu");
        return this;
    }

    /**
     * Weights by class, times those of rows: balanced gives each class the same total; or a list of
     * class:weight, where classes left out weigh 1. Default none.
     */
    public SupportVectorClassifier classWeight(Object... value) {
        settings.set("class_weight", value);
        return this;
    }

    /**
     * Sets {@code class_weight} to none.
     */
    public SupportVectorClassifier classWeightNone() {
        settings.none("class_weight");
        return this;
    }

    /**
     * Whether probabilities are fitted too, which takes five more fits. Default false.
     */
    public SupportVectorClassifier probability(boolean value) {
        settings.set("probability", value);
        return this;
    }

    /**
     * Raw scores of more than two classes. Default ovr.
     * <ul>
     * <li>{@code ovr}: a score a class: its votes, and a share of 1/3 by decisions</li>
     * <li>{@code ovo}: the decision of each pair of classes, above 0 for the first</li>
     * </ul>
     */
    public SupportVectorClassifier decisionFunctionShape(String value) {
        settings.choice("decision_function_shape", value);
        return this;
    }

    /**
     * Whether the class of the largest score of ovr is predicted, rather than the first of the most
     * voted. Default false.
     */
    public SupportVectorClassifier breakTies(boolean value) {
        settings.set("break_ties", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("support_vector_classifier", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("support_vector_classifier");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
