/* Four threads serve records with one predictor: each has a Record, and nothing is locked. */
#include <mlcore/mlcore.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <thread>
#include <vector>

static constexpr int n_threads = 4;
static constexpr int n_requests = 50000;

/* The sum of P(>50K) over the ages that this thread was given. */
static double serve(const mlcore::Predictor &predictor, int first)
{
    mlcore::Record record(predictor);
    const std::int32_t age = predictor.input("age"), work = predictor.input("workclass");
    double sum = 0;
    for (int i = first; i < n_requests; i += n_threads) {
        record.set(age, 17.0 + i % 64);
        record.set(work, std::string_view(i % 2 == 0 ? "Private" : "State-gov"));
        sum += record.run()[1];
    }
    return sum;
}

int main(int argc, char **argv)
{
    try {
        const mlcore::Model model = mlcore::Model::load(argc > 1 ? argv[1] : "income.mlcore");
        const mlcore::Predictor predictor(model, "output=probability");
        std::vector<double> sums(n_threads);
        std::vector<std::thread> threads;
        for (int t = 0; t < n_threads; t++) {
            threads.emplace_back([&, t] { sums[std::size_t(t)] = serve(predictor, t); });
        }
        double sum = 0;
        for (int t = 0; t < n_threads; t++) {
            threads[std::size_t(t)].join();
            sum += sums[std::size_t(t)];
        }
        std::printf("%d records on %d threads, mean P(%s) = %.4f\n", n_requests, n_threads,
                    predictor.label(1).c_str(), sum / n_requests);
        return 0;
    } catch (const std::exception &e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
