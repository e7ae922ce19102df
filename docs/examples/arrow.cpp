/* Rows that go from one library to another by Arrow, here from one dataset of ours to the next:
 * what a reader of Parquet or a database would fill stands between them. Numbers are not copied,
 * and roles travel along. */
#include <mlcore/mlcore.hpp>

#include <cstdio>
#include <exception>
#include <utility>

int main(int argc, char **argv)
{
    try {
        const mlcore::Dataset penguins = mlcore::Dataset::read_csv(
            argc > 1 ? argv[1] : "tests/data/penguins.csv", "target=species");
        ArrowSchema schema;
        ArrowArray rows;
        penguins.arrow_schema(&schema);
        penguins.arrow_array(&rows);
        std::printf("%lld rows; the first of %lld columns is '%s' of format %s\n",
                    static_cast<long long>(rows.length), static_cast<long long>(rows.n_children),
                    schema.children[0]->name, schema.children[0]->format);
        const mlcore::Dataset again = mlcore::Dataset::from_arrow(&rows, &schema);
        std::printf("released: %s\n", rows.release == nullptr ? "yes" : "no");
        const mlcore::Model model =
            mlcore::Model::parse("pipeline(automatic, gradient_boosting_classifier)").fit(again);
        const mlcore::Dataset report = model.evaluate(penguins, "metrics=accuracy");
        std::printf("accuracy on what it was trained on: %.2f\n", report.real("value", 0));
        return 0;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
