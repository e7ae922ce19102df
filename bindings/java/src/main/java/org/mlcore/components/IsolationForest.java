// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Anomalies by random cuts: isolation forest, also extended.
 *
 * <p>Grows trees on small random samples, each node cut at a uniform threshold of a random feature
 * that varies there, until rows stand alone or the depth is log2 of the sample (Liu, Ting, Zhou
 * 2008). The score of a row is s = 2^(-path / c): its mean path, to which a leaf of m rows adds
 * c(m), and c the mean path of an unsuccessful search in a sample; near 1 for anomalies, below 0.5
 * for what is ordinary. raw is threshold - s, the decision function of scikit-learn; s itself, the
 * negative of its score_samples, is threshold - raw; the threshold, the negative of its offset_, is
 * 0.5 or follows contamination (table threshold). The prediction is -1, an anomaly, where raw is
 * below 0, else 1. leaf gives the leaf of each tree. Evaluation against labels of two classes ranks
 * rows by -raw (roc_auc, average_precision) and takes predictions as classes: labels -1 and 1 mean
 * what they mean here, else the positive class is that of anomalies. Extended (Hariri, Carrasco
 * Kind, Brunner 2019), extension_level k above 0, the ndim = k + 1 of isotree: cuts by planes of k
 * + 1 features with normal factors, through a uniform point of the node's box; features are
 * measured by their ranges in the sample. Cost: a fit takes trees x sample x log2(sample) steps,
 * whatever the number of rows, and a score of all rows with contamination; a score takes trees x
 * log2(sample) steps; planes take k + 1 times as many. Missing values of a feature go to a random
 * side where a node has some, else to the side of more rows; on planes they stand at the plane's
 * point. Categories go to a random side each, unseen ones where missing values go; of more than
 * 255, those that are 255 apart go together; planes take none. Constant columns are not cut.
 * Weights that are whole numbers count rows; with others samples are drawn with replacement, by
 * weight. Differences from scikit-learn: random numbers; categories, missing values and planes; the
 * quantile of a contamination is the averaged inverted distribution.
 */
public final class IsolationForest implements Recipe {
    private final Settings settings = new Settings();

    /**
     * Number of trees. Default 100; at least 1 and at most 1048576; also called num_trees, n_trees
     * in recipes.
     */
    public IsolationForest nEstimators(long value) {
        settings.set("n_estimators", value);
        return this;
    }

    /**
     * Rows a tree: a whole number, a share of the rows, or auto for 256 or all if fewer. Default
     * auto.
     */
    public IsolationForest maxSamples(String value) {
        settings.set("max_samples", value);
        return this;
    }

    /**
     * Share of the training rows that are anomalies, above 0 and at most 0.5; or auto: rows of a
     * score above 0.5 are. Default auto.
     */
    public IsolationForest contamination(String value) {
        settings.set("contamination", value);
        return this;
    }

    /**
     * Features that a tree may look at: a whole number, or a share. Default 1.0.
     */
    public IsolationForest maxFeatures(String value) {
        settings.set("max_features", value);
        return this;
    }

    /**
     * Draw the rows of a tree with replacement. Default false.
     */
    public IsolationForest bootstrap(boolean value) {
        settings.set("bootstrap", value);
        return this;
    }

    /**
     * 0: cut by one feature; k: by planes of k + 1 features, at most all (extended isolation
     * forest). Default 0; at least 0 and at most 2147483646.
     */
    public IsolationForest extensionLevel(long value) {
        settings.set("extension_level", value);
        return this;
    }

    /**
     * Seed of all random draws. Default 0; also called seed in recipes.
     */
    public IsolationForest randomState(long value) {
        settings.set("random_state", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("isolation_forest", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("isolation_forest");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
