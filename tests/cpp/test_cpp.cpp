/* The C++ wrapper: values that copy, errors that throw, records that give the bits of a batch. */
#include <mlcore/mlcore.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <thread>
#include <unistd.h>

static int passed = 0, failed = 0;

static void check(bool ok, const char *what)
{
    (ok ? passed : failed)++;
    if (!ok) std::printf("failed: %s\n", what);
}

using namespace mlcore;

static void test_builder(const Dataset &rows)
{
    Builder made("n:int64,x:float64,c:category", "target=c");
    made.push_rows({value(2), value(0.5), value("b"), value(3), value(), value(std::string("c"))},
                   1);
    made.push_rows({value(1), value(-1.0), value("a")}, 0);
    check(made.n_rows() == 3, "rows are counted");
    const Dataset found = made.finish();
    check(found.integers("n") == std::vector<std::int64_t>{1, 2, 3}, "rows in order of numbers");
    check(std::isnan(found.real("x", 2)) && found.text("c", 0) == "a", "cells of all kinds");
    check(made.finish().n_rows() == 0, "the builder is empty after it");
    try {
        made.push_rows({value(1), value(2)});
        check(false, "half a row throws");
    } catch (const Error &e) {
        check(e.status() == MLC_ERROR_ARGUMENT && std::strstr(e.what(), "3 columns") != nullptr,
              "half a row throws");
    }
    try {
        made.push_rows({value("x"), value(2.0), value("a")});
        check(false, "a text where a number belongs throws");
    } catch (const Error &e) {
        check(e.status() == MLC_ERROR_DATA && std::string(e.name()) == "n" && e.line() == 1,
              "a text where a number belongs throws");
    }

    Builder batches;
    const std::int64_t n = 10;
    auto worker = [&](std::int64_t first) {
        for (std::int64_t k = first; n * k < rows.n_rows(); k += 2) {
            batches.push(rows.rows(n * k, std::min(n, rows.n_rows() - n * k)), k);
        }
    };
    std::thread a(worker, 1), b(worker, 0);
    a.join();
    b.join();
    Builder moved(std::move(batches));
    check(moved.finish().format("format=csv") == rows.format("format=csv"),
          "batches of two threads are the rows as they were");
}

static void test_reader(const Dataset &rows)
{
    std::int64_t at = 0;
    const auto source = [&] {
        const std::int64_t n = std::min<std::int64_t>(100, rows.n_rows() - at);
        if (n == 0) return Dataset();
        at += n;
        return rows.rows(at - n, n);
    };
    Reader reader(source, "ignore=island");
    const Dataset first = reader.next();
    check(first && first.n_rows() == 100 && reader.n_rows() == 100, "the first batch");
    Reader moved(std::move(reader));
    check(moved.collect().n_rows() == rows.n_rows() - 100, "the rest at once");
    check(!moved.next() && !moved.collect(), "then nothing");

    const auto held = std::make_shared<int>(0);
    {
        Reader broken([held]() -> Dataset { throw std::out_of_range("the queue is gone"); });
        try {
            broken.next();
            check(false, "what the source throws is thrown");
        } catch (const std::out_of_range &e) {
            check(std::string(e.what()) == "the queue is gone", "what the source throws is thrown");
        }
        try {
            broken.collect();
            check(false, "a reader that failed goes on failing");
        } catch (const Error &e) {
            check(e.status() == MLC_ERROR_CALLBACK &&
                      std::strstr(e.what(), "the queue is gone") != nullptr,
                  "a reader that failed goes on failing");
        }
        check(held.use_count() == 2, "the source is kept");
    }
    check(held.use_count() == 1, "the source is let go of with the reader");
}

int main(int argc, char **argv)
{
    const std::string folder = argc > 1 ? argv[1] : "tests/data";
    const Dataset data = Dataset::read_csv(folder + "/penguins.csv", "target=species");
    check(data.n_rows() == 344, "344 penguins");
    check(Dataset::concat({data, data.rows(0, 6)}).n_rows() == 350, "rows after rows");
    test_builder(data);
    test_reader(data);
    ArrowSchema schema;
    ArrowArray array;
    ArrowArrayStream stream;
    data.arrow_schema(&schema);
    data.arrow_array(&array);
    data.arrow_stream(&stream, "batch_rows=100");
    const Dataset by_array = Dataset::from_arrow(&array, &schema);
    ArrowArrayStream batches;
    data.arrow_stream(&batches, "batch_rows=100");
    Reader streamed = Reader::from_arrow(&batches);
    check(streamed.next().n_rows() == 100 && streamed.collect().n_rows() == 244,
          "batches of a stream of Arrow");
    check(Reader::open(folder + "/penguins.csv").sample("reservoir n=50").n_rows() == 50,
          "a sample of a file");
    check(Reader::open(folder + "/penguins.csv", "target=species").collect().n_rows() == 344,
          "a file in batches");
    const std::string converted = "/tmp/mlc_test_cpp_" + std::to_string(getpid()) + ".jsonl.gz";
    Reader penguins = Reader::open(folder + "/penguins.csv");
    check(penguins.write(converted) && Dataset::read(converted).n_rows() == 344,
          "batches of a file into another");
    check(!penguins.write(converted), "no batch is left to write");
    std::remove(converted.c_str());
    const Dataset by_stream = Dataset::from_arrow(&stream, "feature=species");
    check(by_array.n_rows() == 344 && array.release == nullptr, "a batch of Arrow is moved");
    check(by_stream.n_rows() == 344 && stream.release == nullptr, "a stream of Arrow is moved");
    try {
        Dataset::from_arrow(&stream);
        check(false, "a released stream throws");
    } catch (const Error &error) {
        check(error.status() == MLC_ERROR_ARGUMENT, "a released stream is refused");
    }
    const Dataset folds = data.split("hold_out test_size=0.25 stratify=true");
    const Dataset train = data.fold(folds, 0, "train"), test = data.fold(folds, 0, "test");
    const Dataset iris = Dataset::generate("iris");
    check(iris.sample("uniform n=20").n_rows() == 20, "a sample of 20 rows");
    check(iris.resample("random_over sampling_strategy='setosa:60'").n_rows() == 160,
          "ten rows of a class repeated");
    check(iris.with_weights("balanced").real("weight", 7) == 1, "classes of one size weigh 1");
    check(iris.fingerprint().text("content", 0).size() == 64, "a fingerprint of 64 digits");
    const Model recipe =
        Model::parse("pipeline(automatic, gradient_boosting_classifier(n_estimators=20))");
    const Model model = recipe.fit(train);
    check(!recipe.is_fitted() && model.is_fitted(), "fitting makes a new value");
    const Dataset report = model.evaluate(test, "metrics=accuracy");
    check(report.real("value", 0) > 0.9, "accuracy above 0.9");
    const Model cut = model.update(Dataset(), "method=truncate n_rounds=2");
    check(cut.table("history").n_rows() == 2, "a model of the first rounds");
    const Dataset reasons = model.explain(test, "top=1");
    check(reasons.n_rows() >= test.n_rows(), "a line for the largest contribution");
    const Dataset again =
        Dataset::read_csv_like(folder + "/penguins.csv", model.table("schema"), "ignore=species");
    check(model.predict(again).n_rows() == 344, "a file with the types of the model");
    check(report.integers("n").at(0) == test.n_rows(), "integers as integers");

    const Profile seen = Profile::of(train), whole = seen.merge(Profile::of(test));
    check(whole.to_json() == Profile::of(data).merge(Profile::of(data.rows(0, 0))).to_json(),
          "profiles of parts merge to that of the whole");
    check(Profile::from_json(seen.to_json()).n_rows() == train.n_rows(), "a profile from JSON");
    check(seen.table("columns").n_rows() == data.n_columns(), "a row a column");
    check(train.validate(seen.schema()).n_rows() == 0, "rows fit their schema");
    check(test.conform(seen.schema(), "policy=missing").n_rows() == test.n_rows(), "rows conform");
    check(train.hints(test).n_columns() == 7, "hints");

    const Dataset batch = model.predict(test, "output=probability");
    const std::vector<double> expected = batch.reals("probability");
    const Predictor predictor(model);
    Model copy = model; /* a reference */
    copy = Model();
    auto worker = [&](int first, bool *same) {
        Record record(predictor);
        *same = true;
        for (std::int64_t i = first; i < test.n_rows(); i += 2) {
            record.clear();
            for (std::int32_t j = 0; j < test.n_columns(); j++) {
                const std::string name = test.column_name(j);
                if (name == "species" || name == "rowid") continue;
                const std::int32_t type = mlc_dataset_column_type(test.handle(), j);
                if (type == MLC_TYPE_CATEGORY || type == MLC_TYPE_TEXT) {
                    const std::string_view text = test.text(name.c_str(), i);
                    if (text.data() != nullptr) record.set(predictor.input(name.c_str()), text);
                } else {
                    record.set(predictor.input(name.c_str()), test.real(name.c_str(), i));
                }
            }
            const std::vector<double> &out = record.run();
            *same = *same && std::memcmp(out.data(), &expected[std::size_t(i) * out.size()],
                                         out.size() * sizeof(double)) == 0;
        }
    };
    bool same[2];
    std::thread a(worker, 0, &same[0]), b(worker, 1, &same[1]);
    a.join();
    b.join();
    check(same[0] && same[1], "records on two threads have the bits of the batch");

    Record one(predictor), many(Predictor(model, "rows=4"));
    const std::size_t n_out = std::size_t(predictor.n_outputs());
    std::vector<double> reals(std::size_t(predictor.n_inputs()) * 7, std::nan("")),
        found(n_out * 7);
    many.run_reals(reals.data(), 7, found.data());
    const std::vector<double> &alone = one.run();
    check(std::equal(alone.begin(), alone.end(), found.end() - std::ptrdiff_t(n_out)),
          "numbers several at a time have the bits of a record");

    try {
        Model::parse("gradient_boosting_classifier(lerning_rate=0.1)");
        check(false, "a wrong parameter throws");
    } catch (const Error &e) {
        check(e.status() == MLC_ERROR_SETTING && std::strstr(e.what(), "learning_rate") != nullptr,
              "a wrong parameter throws with the nearest name");
    }
    try {
        Dataset::read_csv(folder + "/no_such_file.csv");
        check(false, "a missing file throws");
    } catch (const Error &e) {
        check(e.status() == MLC_ERROR_IO, "a missing file throws MLC_ERROR_IO");
    }
    Context root;
    Context call = root.derive();
    call.set_deadline_ms(0);
    try {
        recipe.fit(train, Dataset(), call.handle());
        check(false, "a deadline that has passed throws");
    } catch (const Error &e) {
        check(e.status() == MLC_ERROR_DEADLINE, "a deadline that has passed throws");
    }
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
