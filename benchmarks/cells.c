/* Adam on Online over lanes that each have an optimizer and a problem of their own.
 *
 * The arithmetic of the compiled engine's cells, written by hand: packs of 64 lanes that share a
 * tuning, whose bias corrections are worked out once for all of them, on as many threads as OpenMP
 * has. Settings are read for each lane, since lanes of other packs have others.
 */
/* Rounded as Python rounds: no fused multiply-add. */
#pragma GCC optimize("fp-contract=off")

#include <math.h>
#include <stdint.h>

#define WIDTH 64

typedef struct {
    double alpha[WIDTH], beta1[WIDTH], beta2[WIDTH], eps[WIDTH];
    double large[WIDTH], small[WIDTH], low[WIDTH], high[WIDTH], x_star[WIDTH];
    uint64_t inverse[WIDTH], shift[WIDTH], largest[WIDTH];
} settings;

typedef struct {
    double x[WIDTH], m[WIDTH], v[WIDTH], high[WIDTH], low[WIDTH];
} lanes;

static inline double correction(double beta, int64_t t) {
    return t < (int64_t)(40 / (1 - beta)) ? 1 - pow(beta, (double)t) : 1;
}

void cells(const settings *restrict all, lanes *restrict every, int64_t packs, int64_t steps) {
#pragma omp parallel for schedule(dynamic)
    for (int64_t p = 0; p < packs; p++) {
        const settings *restrict s = all + p;
        lanes *restrict l = every + p;
        for (int64_t t = 1; t <= steps; t++) {
            double b1 = correction(s->beta1[0], t), b2 = correction(s->beta2[0], t);
            double root = sqrt(b2), factor = root / b1;
#pragma omp simd
            for (int j = 0; j < WIDTH; j++) {
                uint64_t q = (t - 1) * s->inverse[j];
                uint64_t turned = q >> s->shift[j] | q << ((64 - s->shift[j]) & 63);
                double slope = turned <= s->largest[j] ? s->large[j] : s->small[j];
                double x = l->x[j], r = slope * x - slope * s->x_star[j];
                double total = l->high[j] + r, b = total - l->high[j];
                l->low[j] += (l->high[j] - (total - b)) + (r - b);
                l->high[j] = total;
                double m = s->beta1[j] * l->m[j] + (1 - s->beta1[j]) * slope;
                double v = s->beta2[j] * l->v[j] + (1 - s->beta2[j]) * slope * slope;
                x += -(s->alpha[j] * factor) * m / (sqrt(v) + s->eps[j] * root);
                x = x < s->low[j] ? s->low[j] : x;
                l->x[j] = x > s->high[j] ? s->high[j] : x;
                l->m[j] = m, l->v[j] = v;
            }
        }
    }
}
