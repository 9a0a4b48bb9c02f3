#include <errno.h>
#include <immintrin.h>
#include <math.h>
#include <stdbool.h>

#include "hpcopt_native.h"

/*
 * m = fma(β₁, m, (1-β₁) g); v = fma(β₂, v, (1-β₂) g g); p = fma(-rate, m / (√v + ε), keep p), each written out once for a width and a precision.
 * Written apart from the managed kernels, whose bits it must have. What is left after whole vectors is done one by one with fma(), never by
 * a last vector that overlaps: in place it would apply the step twice.
 */

#define MOST_ELEMENTS ((uint64_t)1 << 44)

typedef struct constants_f32 {
    float keep, minus_rate, beta1, one_minus_beta1, beta2, one_minus_beta2, epsilon;
} constants_f32;

static inline __attribute__((always_inline)) void rest_f32(const constants_f32 *c, float *p, const float *g, float *m, float *v, uint64_t i, uint64_t n)
{
    for (; i < n; i++) {
        m[i] = fmaf(c->beta1, m[i], c->one_minus_beta1 * g[i]);
        v[i] = fmaf(c->beta2, v[i], c->one_minus_beta2 * g[i] * g[i]);
        p[i] = fmaf(c->minus_rate, m[i] / (sqrtf(v[i]) + c->epsilon), c->keep * p[i]);
    }
}

static inline __attribute__((always_inline)) void rest_f64(const hpc_adamw *c, double *p, const double *g, double *m, double *v, uint64_t i, uint64_t n)
{
    for (; i < n; i++) {
        m[i] = fma(c->beta1, m[i], c->one_minus_beta1 * g[i]);
        v[i] = fma(c->beta2, v[i], c->one_minus_beta2 * g[i] * g[i]);
        p[i] = fma(c->minus_rate, m[i] / (sqrt(v[i]) + c->epsilon), c->keep * p[i]);
    }
}

static void scalar_f32(const constants_f32 *c, float *p, const float *g, float *m, float *v, uint64_t n)
{
    rest_f32(c, p, g, m, v, 0, n);
}

static void scalar_f64(const hpc_adamw *c, double *p, const double *g, double *m, double *v, uint64_t n)
{
    rest_f64(c, p, g, m, v, 0, n);
}

__attribute__((target("avx2,fma"))) static void avx2_f32(const constants_f32 *c, float *p, const float *g, float *m, float *v, uint64_t n)
{
    const __m256 keep = _mm256_set1_ps(c->keep), minus_rate = _mm256_set1_ps(c->minus_rate), epsilon = _mm256_set1_ps(c->epsilon);
    const __m256 beta1 = _mm256_set1_ps(c->beta1), one_minus_beta1 = _mm256_set1_ps(c->one_minus_beta1);
    const __m256 beta2 = _mm256_set1_ps(c->beta2), one_minus_beta2 = _mm256_set1_ps(c->one_minus_beta2);
    uint64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m256 gi = _mm256_loadu_ps(g + i);
        __m256 mi = _mm256_fmadd_ps(beta1, _mm256_loadu_ps(m + i), _mm256_mul_ps(one_minus_beta1, gi));
        __m256 vi = _mm256_fmadd_ps(beta2, _mm256_loadu_ps(v + i), _mm256_mul_ps(_mm256_mul_ps(one_minus_beta2, gi), gi));
        __m256 step = _mm256_div_ps(mi, _mm256_add_ps(_mm256_sqrt_ps(vi), epsilon));
        _mm256_storeu_ps(p + i, _mm256_fmadd_ps(minus_rate, step, _mm256_mul_ps(keep, _mm256_loadu_ps(p + i))));
        _mm256_storeu_ps(m + i, mi);
        _mm256_storeu_ps(v + i, vi);
    }
    rest_f32(c, p, g, m, v, i, n);
}

__attribute__((target("avx2,fma"))) static void avx2_f64(const hpc_adamw *c, double *p, const double *g, double *m, double *v, uint64_t n)
{
    const __m256d keep = _mm256_set1_pd(c->keep), minus_rate = _mm256_set1_pd(c->minus_rate), epsilon = _mm256_set1_pd(c->epsilon);
    const __m256d beta1 = _mm256_set1_pd(c->beta1), one_minus_beta1 = _mm256_set1_pd(c->one_minus_beta1);
    const __m256d beta2 = _mm256_set1_pd(c->beta2), one_minus_beta2 = _mm256_set1_pd(c->one_minus_beta2);
    uint64_t i = 0;
    for (; i + 4 <= n; i += 4) {
        __m256d gi = _mm256_loadu_pd(g + i);
        __m256d mi = _mm256_fmadd_pd(beta1, _mm256_loadu_pd(m + i), _mm256_mul_pd(one_minus_beta1, gi));
        __m256d vi = _mm256_fmadd_pd(beta2, _mm256_loadu_pd(v + i), _mm256_mul_pd(_mm256_mul_pd(one_minus_beta2, gi), gi));
        __m256d step = _mm256_div_pd(mi, _mm256_add_pd(_mm256_sqrt_pd(vi), epsilon));
        _mm256_storeu_pd(p + i, _mm256_fmadd_pd(minus_rate, step, _mm256_mul_pd(keep, _mm256_loadu_pd(p + i))));
        _mm256_storeu_pd(m + i, mi);
        _mm256_storeu_pd(v + i, vi);
    }
    rest_f64(c, p, g, m, v, i, n);
}

__attribute__((target("avx512f,fma"))) static void avx512_f32(const constants_f32 *c, float *p, const float *g, float *m, float *v, uint64_t n)
{
    const __m512 keep = _mm512_set1_ps(c->keep), minus_rate = _mm512_set1_ps(c->minus_rate), epsilon = _mm512_set1_ps(c->epsilon);
    const __m512 beta1 = _mm512_set1_ps(c->beta1), one_minus_beta1 = _mm512_set1_ps(c->one_minus_beta1);
    const __m512 beta2 = _mm512_set1_ps(c->beta2), one_minus_beta2 = _mm512_set1_ps(c->one_minus_beta2);
    uint64_t i = 0;
    for (; i + 16 <= n; i += 16) {
        __m512 gi = _mm512_loadu_ps(g + i);
        __m512 mi = _mm512_fmadd_ps(beta1, _mm512_loadu_ps(m + i), _mm512_mul_ps(one_minus_beta1, gi));
        __m512 vi = _mm512_fmadd_ps(beta2, _mm512_loadu_ps(v + i), _mm512_mul_ps(_mm512_mul_ps(one_minus_beta2, gi), gi));
        __m512 step = _mm512_div_ps(mi, _mm512_add_ps(_mm512_sqrt_ps(vi), epsilon));
        _mm512_storeu_ps(p + i, _mm512_fmadd_ps(minus_rate, step, _mm512_mul_ps(keep, _mm512_loadu_ps(p + i))));
        _mm512_storeu_ps(m + i, mi);
        _mm512_storeu_ps(v + i, vi);
    }
    rest_f32(c, p, g, m, v, i, n);
}

__attribute__((target("avx512f,fma"))) static void avx512_f64(const hpc_adamw *c, double *p, const double *g, double *m, double *v, uint64_t n)
{
    const __m512d keep = _mm512_set1_pd(c->keep), minus_rate = _mm512_set1_pd(c->minus_rate), epsilon = _mm512_set1_pd(c->epsilon);
    const __m512d beta1 = _mm512_set1_pd(c->beta1), one_minus_beta1 = _mm512_set1_pd(c->one_minus_beta1);
    const __m512d beta2 = _mm512_set1_pd(c->beta2), one_minus_beta2 = _mm512_set1_pd(c->one_minus_beta2);
    uint64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m512d gi = _mm512_loadu_pd(g + i);
        __m512d mi = _mm512_fmadd_pd(beta1, _mm512_loadu_pd(m + i), _mm512_mul_pd(one_minus_beta1, gi));
        __m512d vi = _mm512_fmadd_pd(beta2, _mm512_loadu_pd(v + i), _mm512_mul_pd(_mm512_mul_pd(one_minus_beta2, gi), gi));
        __m512d step = _mm512_div_pd(mi, _mm512_add_pd(_mm512_sqrt_pd(vi), epsilon));
        _mm512_storeu_pd(p + i, _mm512_fmadd_pd(minus_rate, step, _mm512_mul_pd(keep, _mm512_loadu_pd(p + i))));
        _mm512_storeu_pd(m + i, mi);
        _mm512_storeu_pd(v + i, vi);
    }
    rest_f64(c, p, g, m, v, i, n);
}

/* 0 where it is unknown or not supported. */
static uint32_t usable(uint32_t isa)
{
    bool fma3 = __builtin_cpu_supports("fma");
    bool avx2 = fma3 && __builtin_cpu_supports("avx2");
    bool avx512 = fma3 && __builtin_cpu_supports("avx512f");
    switch (isa) {
    case HPC_ISA_BEST: return avx512 ? HPC_ISA_AVX512 : avx2 ? HPC_ISA_AVX2 : HPC_ISA_SCALAR;
    case HPC_ISA_SCALAR: return HPC_ISA_SCALAR;
    case HPC_ISA_AVX2: return avx2 ? HPC_ISA_AVX2 : 0;
    case HPC_ISA_AVX512: return avx512 ? HPC_ISA_AVX512 : 0;
    default: return 0;
    }
}

int32_t hpc_supports(uint32_t isa)
{
    return isa > HPC_ISA_AVX512 ? -EINVAL : usable(isa) != 0 ? HPC_OK : -EOPNOTSUPP;
}

/* HPC_OK where four vectors of n elements are aligned and apart. */
static int32_t check(const hpc_adamw *constants, const void *const vectors[4], uint64_t n, uint64_t element, uint32_t isa)
{
    if (constants == NULL || n > MOST_ELEMENTS)
        return -EINVAL;
    for (int i = 0; i < 4 && n > 0; i++) {
        uintptr_t x = (uintptr_t)vectors[i];
        if (x == 0 || x % element != 0)
            return -EINVAL;
        for (int j = 0; j < i; j++) {
            uintptr_t y = (uintptr_t)vectors[j];
            if ((x > y ? x - y : y - x) < n * element)
                return -EINVAL;
        }
    }
    return hpc_supports(isa);
}

int32_t hpc_adamw_f32(const hpc_adamw *constants, float *p, const float *g, float *m, float *v, uint64_t n, uint32_t isa)
{
    int32_t status = check(constants, (const void *const[]){p, g, m, v}, n, sizeof *p, isa);
    if (status != HPC_OK)
        return status;
    const constants_f32 c = {
        (float)constants->keep, (float)constants->minus_rate, (float)constants->beta1, (float)constants->one_minus_beta1,
        (float)constants->beta2, (float)constants->one_minus_beta2, (float)constants->epsilon,
    };
    switch (usable(isa)) {
    case HPC_ISA_AVX512: avx512_f32(&c, p, g, m, v, n); break;
    case HPC_ISA_AVX2: avx2_f32(&c, p, g, m, v, n); break;
    default: scalar_f32(&c, p, g, m, v, n); break;
    }
    return HPC_OK;
}

int32_t hpc_adamw_f64(const hpc_adamw *constants, double *p, const double *g, double *m, double *v, uint64_t n, uint32_t isa)
{
    int32_t status = check(constants, (const void *const[]){p, g, m, v}, n, sizeof *p, isa);
    if (status != HPC_OK)
        return status;
    switch (usable(isa)) {
    case HPC_ISA_AVX512: avx512_f64(constants, p, g, m, v, n); break;
    case HPC_ISA_AVX2: avx2_f64(constants, p, g, m, v, n); break;
    default: scalar_f64(constants, p, g, m, v, n); break;
    }
    return HPC_OK;
}
