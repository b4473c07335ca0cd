/* The compiled engine's arithmetic, written by hand: Adam or AMSGrad on Online or Stochastic.
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

#define STEP(V)                                                                      \
    double r = slope * x - slope * s->x_star, total = high_ + r, b = total - high_;  \
    low_ += (high_ - (total - b)) + (r - b);                                         \
    high_ = total;                                                                   \
    m = s->beta1 * m + w1 * slope;                                                   \
    v = s->beta2 * v + w2 * slope * slope;                                           \
    V;                                                                               \
    x += MOVE;                                                                       \
    x = x < s->low ? s->low : (x > s->high ? s->high : x);

#define SCALARS                                                                      \
    double alpha = s->alpha, eps = s->eps, w1 = 1 - s->beta1, w2 = 1 - s->beta2;     \
    if (t < settled(fmax(s->beta1, s->beta2))) {                                     \
        double b1 = correction(s->beta1, t), b2 = correction(s->beta2, t);           \
        alpha *= sqrt(b2) / b1, eps *= sqrt(b2);                                     \
    }

#define ONE_LANE(NAME, SLOPE, V)                                                     \
    void NAME(const settings *s, int64_t steps, double *state) {                     \
        double x = state[0], m = state[1], v = state[2], v_hat = state[3];           \
        double high_ = state[4], low_ = state[5];                                    \
        const uint64_t key = KEY(0);                                                 \
        (void)key;                                                                   \
        for (int64_t t = 1; t <= steps; t++) {                                       \
            SCALARS                                                                  \
            double slope = SLOPE;                                                    \
            STEP(V)                                                                  \
        }                                                                            \
        state[0] = x, state[1] = m, state[2] = v, state[3] = v_hat;                  \
        state[4] = high_, state[5] = low_;                                           \
    }

#define LANES(NAME, SLOPE, V)                                                        \
    void NAME(const settings *s, int64_t steps, int64_t replicas, double *restrict xs, \
              double *restrict ms, double *restrict vs, double *restrict v_hats,     \
              double *restrict highs, double *restrict lows) {                       \
        _Pragma("omp parallel for schedule(static)")                                 \
        for (int64_t begin = 0; begin < replicas; begin += 64) {                     \
            int64_t end = begin + 64 < replicas ? begin + 64 : replicas;             \
            uint64_t keys[64];                                                       \
            for (int64_t k = begin; k < end; k++) keys[k - begin] = KEY(k);          \
            for (int64_t t = 1; t <= steps; t++) {                                   \
                SCALARS                                                              \
                _Pragma("omp simd") for (int64_t k = begin; k < end; k++) {                              \
                    double x = xs[k], m = ms[k], v = vs[k], v_hat = v_hats[k];       \
                    const uint64_t key = keys[k - begin];                            \
                    double high_ = highs[k], low_ = lows[k], slope = SLOPE;          \
                    STEP(V)                                                          \
                    xs[k] = x, ms[k] = m, vs[k] = v, v_hats[k] = v_hat;              \
                    highs[k] = high_, lows[k] = low_;                                \
                }                                                                    \
            }                                                                        \
        }                                                                            \
    }

#define MOVE (-alpha * m / (sqrt(DENOMINATOR) + eps))
#define DENOMINATOR v
ONE_LANE(online_adam, ONLINE, (void)v_hat)
ONE_LANE(stochastic_adam, STOCHASTIC, (void)v_hat)
LANES(stochastic_adam_lanes, STOCHASTIC, (void)v_hat)
#undef DENOMINATOR
#define DENOMINATOR v_hat
ONE_LANE(online_amsgrad, ONLINE, v_hat = v > v_hat ? v : v_hat)
ONE_LANE(stochastic_amsgrad, STOCHASTIC, v_hat = v > v_hat ? v : v_hat)
LANES(stochastic_amsgrad_lanes, STOCHASTIC, v_hat = v > v_hat ? v : v_hat)

/* What a step has to wait for from the step before: the moments, x and its projection, and the
 * regret, but neither root nor division, which the next step can begin without. */
#undef MOVE
#define MOVE (-alpha * m - eps)
ONE_LANE(online_adam_chain, ONLINE, (void)v_hat)
ONE_LANE(stochastic_adam_chain, STOCHASTIC, (void)v_hat)
ONE_LANE(online_amsgrad_chain, ONLINE, v_hat = v > v_hat ? v : v_hat)
ONE_LANE(stochastic_amsgrad_chain, STOCHASTIC, v_hat = v > v_hat ? v : v_hat)
