/* The compiled engine's arithmetic, written by hand: every rule on Online and Stochastic.
 *
 * One lane keeps its numbers in registers; many lanes share a step's scalars and run in the
 * vector units, a chunk of replicas per thread at a time.
 */
/* Rounded as Python rounds: no fused multiply-add. */
#pragma GCC optimize("fp-contract=off")

#include <math.h>
#include <stdint.h>

typedef struct {
    double large, small;
    uint64_t inverse, shift, largest;
    uint64_t threshold, seed;
    double alpha, beta1, beta2, eps, low, high, x_star;
    double decay, power;        /* of AdamNC's β1 */
    double momentum, centered;  /* of RMSprop */
    double dampening, lr_decay; /* of SGD, and of Adagrad */
} settings;

static inline int64_t settled(double beta) { return (int64_t)(40 / (1 - beta)); }

static inline double correction(double beta, int64_t t) {
    return t < settled(beta) ? 1 - pow(beta, (double)t) : 1;
}

static inline uint64_t splitmix64(uint64_t seed, uint64_t n) {
    uint64_t z = seed + n * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline int divisible(uint64_t n, const settings *s) {
    uint64_t q = n * s->inverse;
    return (q >> s->shift | q << (64 - s->shift) % 64) <= s->largest;
}

#define ONLINE (divisible(t - 1, s) ? s->large : s->small)
#define KEY(K) splitmix64(s->seed, (K) + 1)
#define STOCHASTIC (splitmix64(key, t) < s->threshold ? s->large : s->small)

#define REGRET                                                                       \
    double r = slope * x - slope * s->x_star, total = high_ + r, b = total - high_;  \
    low_ += (high_ - (total - b)) + (r - b);                                         \
    high_ = total;

#define PROJECTION x = x < s->low ? s->low : (x > s->high ? s->high : x);

/* Each rule: what a step has in common for all lanes, and one lane's step. Its three numbers are
 * called m, v and v_hat, whatever they are. */
#define ADAM_SHARED                                                                  \
    double alpha = s->alpha, eps = s->eps, w1 = 1 - s->beta1, w2 = 1 - s->beta2;     \
    if (t < settled(fmax(s->beta1, s->beta2))) {                                     \
        double b1 = correction(s->beta1, t), b2 = correction(s->beta2, t);           \
        alpha *= sqrt(b2) / b1, eps *= sqrt(b2);                                     \
    }
#define MOMENTS                                                                      \
    m = s->beta1 * m + w1 * slope;                                                   \
    v = s->beta2 * v + w2 * slope * slope;
#define ADAM_STEP MOMENTS x += -alpha * m / (sqrt(v) + eps);

#define AMSGRAD_SHARED ADAM_SHARED
#define AMSGRAD_STEP                                                                 \
    MOMENTS                                                                          \
    v_hat = v > v_hat ? v : v_hat;                                                   \
    x += -alpha * m / (sqrt(v_hat) + eps);

/* What a step has to wait for from the step before: the moments, x and its projection, and the
 * regret, but neither root nor division, which the next step can begin without. */
#define ADAM_CHAIN_SHARED ADAM_SHARED
#define ADAM_CHAIN_STEP MOMENTS x += -alpha * m - eps;
#define AMSGRAD_CHAIN_SHARED ADAM_SHARED
#define AMSGRAD_CHAIN_STEP MOMENTS v_hat = v > v_hat ? v : v_hat; x += -alpha * m - eps;

#define ADAMNC_SHARED                                                                \
    double beta1 = s->beta1 * pow(s->decay, t - 1.0) / pow((double)t, s->power);     \
    double beta2 = 1 - 1.0 / t, w1 = 1 - beta1, w2 = 1 - beta2;
#define ADAMNC_STEP                                                                  \
    m = beta1 * m + w1 * slope;                                                      \
    v = beta2 * v + w2 * slope * slope;                                              \
    x += -s->alpha * m / (sqrt(v) + s->eps);

#define RMSPROP_SHARED double w = 1 - s->beta2;
#define RMSPROP_STEP                                                                 \
    v = s->beta2 * v + w * slope * slope;                                            \
    m = m + w * (slope - m);                                                         \
    v_hat = s->momentum * v_hat + slope / (sqrt(v - s->centered * m * m) + s->eps);  \
    x += -s->alpha * v_hat;

#define SGD_SHARED double w = t == 1 ? 1 : 1 - s->dampening;
#define SGD_STEP m = s->beta1 * m + w * slope; x += -s->alpha * m;

#define ADAGRAD_SHARED double alpha = s->alpha / (1 + (t - 1) * s->lr_decay);
#define ADAGRAD_STEP v = v + slope * slope; x += -alpha * slope / (sqrt(v) + s->eps);

#define ONE_LANE(NAME, SLOPE, RULE)                                                  \
    void NAME(const settings *s, int64_t steps, double *state) {                     \
        double x = state[0], m = state[1], v = state[2], v_hat = state[3];           \
        double high_ = state[4], low_ = state[5];                                    \
        const uint64_t key = KEY(0);                                                 \
        (void)key;                                                                   \
        for (int64_t t = 1; t <= steps; t++) {                                       \
            RULE##_SHARED                                                            \
            double slope = SLOPE;                                                    \
            REGRET                                                                   \
            RULE##_STEP                                                              \
            PROJECTION                                                               \
        }                                                                            \
        state[0] = x, state[1] = m, state[2] = v, state[3] = v_hat;                  \
        state[4] = high_, state[5] = low_;                                           \
    }

#define ONE_LANE_OF_BOTH(RULE, NAME)                                                 \
    ONE_LANE(online_##NAME, ONLINE, RULE)                                            \
    ONE_LANE(stochastic_##NAME, STOCHASTIC, RULE)

#define LANES(NAME, SLOPE, RULE)                                                     \
    void NAME(const settings *s, int64_t steps, int64_t replicas, double *restrict xs, \
              double *restrict ms, double *restrict vs, double *restrict v_hats,     \
              double *restrict highs, double *restrict lows) {                       \
        _Pragma("omp parallel for schedule(static)")                                 \
        for (int64_t begin = 0; begin < replicas; begin += 64) {                     \
            int64_t end = begin + 64 < replicas ? begin + 64 : replicas;             \
            uint64_t keys[64];                                                       \
            for (int64_t k = begin; k < end; k++) keys[k - begin] = KEY(k);          \
            for (int64_t t = 1; t <= steps; t++) {                                   \
                RULE##_SHARED                                                        \
                _Pragma("omp simd") for (int64_t k = begin; k < end; k++) {          \
                    double x = xs[k], m = ms[k], v = vs[k], v_hat = v_hats[k];       \
                    const uint64_t key = keys[k - begin];                            \
                    double high_ = highs[k], low_ = lows[k], slope = SLOPE;          \
                    REGRET                                                           \
                    RULE##_STEP                                                      \
                    PROJECTION                                                       \
                    xs[k] = x, ms[k] = m, vs[k] = v, v_hats[k] = v_hat;              \
                    highs[k] = high_, lows[k] = low_;                                \
                }                                                                    \
            }                                                                        \
        }                                                                            \
    }

ONE_LANE_OF_BOTH(ADAM, adam)
ONE_LANE_OF_BOTH(AMSGRAD, amsgrad)
ONE_LANE_OF_BOTH(ADAM_CHAIN, adam_chain)
ONE_LANE_OF_BOTH(AMSGRAD_CHAIN, amsgrad_chain)
ONE_LANE_OF_BOTH(ADAMNC, adamnc)
ONE_LANE_OF_BOTH(RMSPROP, rmsprop)
ONE_LANE_OF_BOTH(SGD, sgd)
ONE_LANE_OF_BOTH(ADAGRAD, adagrad)
LANES(stochastic_adam_lanes, STOCHASTIC, ADAM)
LANES(stochastic_amsgrad_lanes, STOCHASTIC, AMSGRAD)
