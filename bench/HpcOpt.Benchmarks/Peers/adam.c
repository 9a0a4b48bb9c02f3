#include <math.h>
#include <stddef.h>

/* One step of Adam, as one writes it in C and leaves the rest to the compiler. */
void adam(float *restrict p, const float *restrict g, float *restrict m, float *restrict v, ptrdiff_t n,
          float keep, float c1, float c2)
{
    const float rate = 1e-3f, beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f;
    for (ptrdiff_t i = 0; i < n; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        p[i] = keep * p[i] - rate * (m[i] / c1) / (sqrtf(v[i] / c2) + epsilon);
    }
}
