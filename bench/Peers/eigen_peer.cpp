// Times Eigen's CSR product on 3072x768 weights and 128 tokens, with the layout of X that is faster. A request a line:
// csr DENSITY N     N products: seconds of each
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <Eigen/Dense>
#include <Eigen/Sparse>

constexpr int Outputs = 3072, Inputs = 768, Tokens = 128;

using Weights = Eigen::SparseMatrix<float, Eigen::RowMajor>;

static Weights random_weights(double density)
{
    std::mt19937 random(1);
    std::uniform_real_distribution<double> keep;
    std::normal_distribution<float> value;
    std::vector<Eigen::Triplet<float>> kept;
    for (int row = 0; row < Outputs; row++)
        for (int column = 0; column < Inputs; column++)
            if (keep(random) < density)
                kept.emplace_back(row, column, value(random));
    Weights weights(Outputs, Inputs);
    weights.setFromTriplets(kept.begin(), kept.end());
    return weights;
}

template <int Order>
static std::vector<double> time_products(const Weights& weights, int calls)
{
    using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Order>;
    const Matrix x = Matrix::Random(Inputs, Tokens);
    Matrix y(Outputs, Tokens);
    std::vector<double> seconds;
    for (int call = -3; call < calls; call++) {
        const auto start = std::chrono::steady_clock::now();
        y.noalias() = weights * x;
        const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
        if (call >= 0)
            seconds.push_back(time.count());
    }
    return seconds;
}

static double sum(const std::vector<double>& values)
{
    double total = 0;
    for (double value : values)
        total += value;
    return total;
}

int main(int, char** arguments)
{
    Eigen::setNbThreads(std::atoi(arguments[1]));
    std::cout << "Eigen " << EIGEN_WORLD_VERSION << '.' << EIGEN_MAJOR_VERSION << '.' << EIGEN_MINOR_VERSION << std::endl;
    std::string work;
    double density;
    int calls;
    while (std::cin >> work >> density >> calls) {
        const Weights weights = random_weights(density);
        const auto by_column = time_products<Eigen::ColMajor>(weights, calls);
        const auto by_row = time_products<Eigen::RowMajor>(weights, calls);
        const char* separator = "";
        for (double seconds : sum(by_row) < sum(by_column) ? by_row : by_column) {
            std::cout << separator << seconds;
            separator = " ";
        }
        std::cout << std::endl;
    }
}
