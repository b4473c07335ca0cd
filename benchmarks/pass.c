/* The floor: the best that C makes of one step over the memory of a list of tensors.
 *
 * A row of addresses holds where a tensor's states, x and g begin. Each thread takes one stretch
 * of all coordinates. Compiled with fused multiply-adds, which the compiled rules do without.
 */
#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <string.h>

#define GRAIN 16384

static inline float from_bfloat16(uint16_t half) {
    uint32_t bits = (uint32_t)half << 16;
    float x;
    memcpy(&x, &bits, 4);
    return x;
}

static inline uint16_t to_bfloat16(float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    return x != x ? 0x7fc0 : (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

#define SAME(X) (X)

#define PASS(NAME, STORED, NUMBER, SQRT, WIDEN, SHRINK, STATES, MOVE)                        \
    void NAME(int64_t n, const int64_t *addresses, const int64_t *sizes, const double *given) { \
        NUMBER c[6];                                                                         \
        int64_t total = 0;                                                                   \
        for (int k = 0; k < 6; k++) c[k] = (NUMBER)given[k];                                 \
        for (int64_t i = 0; i < n; i++) total += sizes[i];                                   \
        _Pragma("omp parallel") {                                                            \
            int64_t pieces = (int64_t)GRAIN * omp_get_num_threads();                         \
            int64_t share = (total + pieces - 1) / pieces * GRAIN;                           \
            int64_t first = share * omp_get_thread_num(), last = first + share, begin = 0;   \
            for (int64_t i = 0; i < n; i++) {                                                \
                int64_t low = first > begin ? first - begin : 0;                             \
                int64_t high = last - begin < sizes[i] ? last - begin : sizes[i];            \
                const int64_t *row = addresses + i * (STATES + 2);                           \
                STORED *restrict s0 = (STORED *)row[0];                                      \
                STORED *restrict s1 = (STORED *)row[STATES > 1 ? 1 : 0];                     \
                STORED *restrict s2 = (STORED *)row[STATES > 2 ? 2 : 0];                     \
                STORED *restrict xs = (STORED *)row[STATES];                                 \
                const STORED *restrict gs = (const STORED *)row[STATES + 1];                 \
                begin += sizes[i];                                                           \
                (void)s1, (void)s2;                                                          \
                _Pragma("omp simd") for (int64_t j = low; j < high; j++) {                   \
                    NUMBER x = WIDEN(xs[j]), g = WIDEN(gs[j]);                               \
                    MOVE(NUMBER, SQRT, WIDEN, SHRINK)                                        \
                    xs[j] = SHRINK(x);                                                       \
                }                                                                            \
            }                                                                                \
        }                                                                                    \
    }

#define MOMENTS(NUMBER, WIDEN, SHRINK)                                                       \
    NUMBER m = c[0] * WIDEN(s0[j]) + c[1] * g, v = c[2] * WIDEN(s1[j]) + c[3] * g * g;       \
    s0[j] = SHRINK(m), s1[j] = SHRINK(v);

#define ADAM(NUMBER, SQRT, WIDEN, SHRINK)                                                    \
    MOMENTS(NUMBER, WIDEN, SHRINK)                                                           \
    x -= c[4] * m / (SQRT(v) + c[5]);

#define AMSGRAD(NUMBER, SQRT, WIDEN, SHRINK)                                                 \
    MOMENTS(NUMBER, WIDEN, SHRINK)                                                           \
    NUMBER v_hat = WIDEN(s2[j]);                                                             \
    v_hat = v_hat >= v ? v_hat : v;                                                          \
    s2[j] = SHRINK(v_hat);                                                                   \
    x -= c[4] * m / (SQRT(v_hat) + c[5]);

#define MOMENTUM(NUMBER, SQRT, WIDEN, SHRINK)                                                \
    NUMBER b = c[1] * WIDEN(s0[j]) + g;                                                      \
    s0[j] = SHRINK(b), x -= c[0] * b;

#define SIGN(NUMBER, SQRT, WIDEN, SHRINK)                                                    \
    NUMBER m = c[1] * WIDEN(s0[j]) + (1 - c[1]) * g;                                         \
    s0[j] = SHRINK(m), x -= c[0] * (NUMBER)((m > 0) - (m < 0));

/* The memory alone: every number that a step reads and writes, and next to no arithmetic. */
#define TOUCH_ONE(NUMBER, SQRT, WIDEN, SHRINK)                                               \
    s0[j] = SHRINK(WIDEN(s0[j]) + g), x += g;

#define TOUCH_TWO(NUMBER, SQRT, WIDEN, SHRINK)                                               \
    s0[j] = SHRINK(WIDEN(s0[j]) + g), s1[j] = SHRINK(WIDEN(s1[j]) + g), x += g;

#define EVERY_TYPE(NAME, STATES, MOVE)                                                       \
    PASS(NAME##_float64, double, double, sqrt, SAME, SAME, STATES, MOVE)                     \
    PASS(NAME##_float32, float, float, sqrtf, SAME, SAME, STATES, MOVE)                      \
    PASS(NAME##_bfloat16, uint16_t, float, sqrtf, from_bfloat16, to_bfloat16, STATES, MOVE)

EVERY_TYPE(amsgrad, 3, AMSGRAD)
EVERY_TYPE(adam, 2, ADAM)
EVERY_TYPE(momentum, 1, MOMENTUM)
EVERY_TYPE(sign, 1, SIGN)
EVERY_TYPE(touch_one, 1, TOUCH_ONE)
EVERY_TYPE(touch_two, 2, TOUCH_TWO)
