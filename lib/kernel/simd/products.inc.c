/* Matrix products in chains of 256; included once an instruction set.
 *
 * The tile keeps TILE_ROWS x 3 VL outputs in registers: values of A are broadcast, rows of B are
 * vectors. An output's bits come from its own chain alone, so edges, tile shapes, packing and the
 * order of tiles are free. Panels of A (and of B where it is transposed or narrow) are packed on
 * the stack, at most 65 KB. See Goto and van de Geijn, ACM TOMS 34(3), 2008. */

#define TILE_PARTS 3
#define TILE_COLUMNS (TILE_PARTS * VL)
#define FAR_APART 256 /* doubles */

/* Where a tile reads: A by (k, row) at a + k * a_step + row, B by (k, column). */
typedef struct tile_input {
    int64_t k;
    const double *a;
    int64_t a_step;
    const double *b;
    int64_t b_step;
} tile_input;

/* The chain of one chunk into out (rows x parts * VL, contiguous). Inlined with constant rows,
 * parts and masked; last is the mask of the last part. */
static inline void tile_chain(const tile_input *in, int rows, int parts, int masked, N last,
                              double *out)
{
    V acc[TILE_ROWS][TILE_PARTS];
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int v = 0; v < parts; v++)
            acc[i][v] = v_set(0.0);
    }
    const double *a = in->a, *b = in->b;
    for (int64_t k = 0; k < in->k; k++, a += in->a_step, b += in->b_step) {
        V row[TILE_PARTS];
        UNROLL
        for (int v = 0; v < parts; v++) {
            const int cut = masked && v == parts - 1;
            row[v] = cut ? v_load_first(b + v * VL, last) : v_load(b + v * VL);
        }
        UNROLL
        for (int i = 0; i < rows; i++) {
            const V value = v_set(a[i]);
            UNROLL
            for (int v = 0; v < parts; v++)
                acc[i][v] = v_fma(value, row[v], acc[i][v]);
        }
    }
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int v = 0; v < parts; v++)
            v_store(out + (i * parts + v) * VL, acc[i][v]);
    }
}

/* One tile: n <= TILE_COLUMNS columns. Returns the row length of out. */
static inline int64_t tile_rows(const tile_input *in, int rows, int64_t n, double *out)
{
    if (n == TILE_COLUMNS) {
        tile_chain(in, rows, 3, 0, n_first(VL), out);
        return TILE_COLUMNS;
    }
    if (n > 2 * VL) {
        tile_chain(in, rows, 3, 1, n_first(n - 2 * VL), out);
        return 3 * VL;
    }
    if (n > VL) {
        tile_chain(in, rows, 2, 1, n_first(n - VL), out);
        return 2 * VL;
    }
    tile_chain(in, rows, 1, 1, n_first(n), out);
    return VL;
}

static int64_t tile_full(const tile_input *in, int64_t n, double *out)
{
    return tile_rows(in, TILE_ROWS, n, out);
}

static int64_t tile_single(const tile_input *in, int64_t n, double *out)
{
    return tile_rows(in, 1, n, out);
}

/* to = alpha from, or to += alpha from; alpha is 1 or -1. */
static inline void add_row(int64_t n, double alpha, const double *from, int keep, double *to)
{
    const V factor = v_set(alpha);
    for (int64_t j = 0; j < n; j += VL) {
        const N present = n_first(n - j);
        V value = v_mul(factor, v_load_first(from + j, present));
        if (keep) value = v_add(v_load_first(to + j, present), value);
        v_store_first(to + j, present, value);
    }
}

/* Packs a k x width panel, element (k, j) at k * width + j, zeros past n. strided: the source
 * holds its transpose, row j at x + j * step; else row k at x + k * step. */
static void pack_rows(const double *x, int64_t step, int64_t k, int64_t n, int64_t width,
                      double *to)
{
    for (int64_t i = 0; i < k; i++) {
        for (int64_t j = 0; j < width; j += VL)
            v_store(to + i * width + j,
                    v_load_first(x + i * step + (j < n ? j : 0), n_first(n - j)));
    }
}

static void pack_transposed(const double *x, int64_t step, int64_t k, int64_t n, int64_t width,
                            double *to)
{
    for (int64_t j = 0; j < width; j += VL) {
        for (int64_t i = 0; i < k; i += VL) {
            const N present = n_first(k - i);
            V block[VL];
            UNROLL
            for (int l = 0; l < VL; l++) {
                const N inside = j + l < n ? present : n_first(0);
                block[l] = v_load_first(x + (j + l < n ? j + l : 0) * step + i, inside);
            }
            v_transpose(block);
            UNROLL
            for (int l = 0; l < VL; l++) {
                if (i + l < k) v_store(to + (i + l) * width + j, block[l]);
            }
        }
    }
}

/* One chunk of k: the panel of B for columns j of the product, packed where it must be. */
static void open_b(const mlci_product *p, int64_t first, int64_t j, int pack, double *room,
                   tile_input *in)
{
    const int64_t n = p->n - j < TILE_COLUMNS ? p->n - j : TILE_COLUMNS;
    if (p->b_transposed) {
        pack_transposed(p->b + j * p->b_stride + first, p->b_stride, in->k, n, TILE_COLUMNS, room);
        in->b = room;
        in->b_step = TILE_COLUMNS;
        return;
    }
    in->b = p->b + first * p->b_stride + j;
    in->b_step = p->b_stride;
    if (!pack) return;
    pack_rows(in->b, p->b_stride, in->k, n, TILE_COLUMNS, room);
    in->b = room;
    in->b_step = TILE_COLUMNS;
}

static void open_a(const mlci_product *p, int64_t first, int64_t i, double *room, tile_input *in)
{
    const int64_t n = p->m - i < TILE_ROWS ? p->m - i : TILE_ROWS;
    in->a = room;
    in->a_step = TILE_ROWS;
    if (!p->a_transposed) {
        const double *a = p->a + i * p->a_stride + first;
        if (n > 1) {
            pack_transposed(a, p->a_stride, in->k, n, TILE_ROWS, room);
        } else {
            in->a = a;
            in->a_step = 1;
        }
        return;
    }
    const double *a = p->a + first * p->a_stride + i;
    if (n == TILE_ROWS || n == 1) {
        in->a = a;
        in->a_step = p->a_stride;
        return;
    }
    pack_rows(a, p->a_stride, in->k, n, TILE_ROWS, room);
}

/* The tile at (i, j) of one chunk. keep: add to C. */
static void product_tile(const mlci_product *p, const tile_input *in, int64_t i, int64_t j,
                         int keep)
{
    double out[TILE_ROWS * TILE_COLUMNS];
    const int64_t rows = p->m - i < TILE_ROWS ? p->m - i : TILE_ROWS;
    const int64_t n = p->n - j < TILE_COLUMNS ? p->n - j : TILE_COLUMNS;
    const int64_t length = rows == 1 ? tile_single(in, n, out) : tile_full(in, n, out);
    for (int64_t r = 0; r < rows; r++)
        add_row(n, p->alpha, out + r * length, keep, p->c + (i + r) * p->c_stride + j);
}

static void product_chunk(const mlci_product *p, int64_t first, int64_t k, int keep)
{
    double a_room[MLCI_CHAIN * TILE_ROWS], b_room[MLCI_CHAIN * TILE_COLUMNS];
    tile_input in = {.k = k};
    /* Rows of B far apart share few places in the cache: worth packing for several tiles. */
    const int pack = p->b_stride >= FAR_APART && p->m >= 4 * TILE_ROWS;
    /* The outer loop keeps the panel that costs more to pack. */
    if (p->b_transposed || pack || p->n <= TILE_COLUMNS) {
        for (int64_t j = 0; j < p->n; j += TILE_COLUMNS) {
            open_b(p, first, j, pack, b_room, &in);
            for (int64_t i = 0; i < p->m; i += TILE_ROWS) {
                open_a(p, first, i, a_room, &in);
                product_tile(p, &in, i, j, keep);
            }
        }
        return;
    }
    for (int64_t i = 0; i < p->m; i += TILE_ROWS) {
        open_a(p, first, i, a_room, &in);
        for (int64_t j = 0; j < p->n; j += TILE_COLUMNS) {
            open_b(p, first, j, 0, b_room, &in);
            product_tile(p, &in, i, j, keep);
        }
    }
}

static void gemm_tiles(const mlci_product *p)
{
    if (p->k == 0 && p->beta == 0.0) {
        for (int64_t i = 0; i < p->m; i++) {
            for (int64_t j = 0; j < p->n; j++)
                p->c[i * p->c_stride + j] = 0.0;
        }
    }
    for (int64_t first = 0; first < p->k; first += MLCI_CHAIN) {
        const int64_t k = p->k - first < MLCI_CHAIN ? p->k - first : MLCI_CHAIN;
        product_chunk(p, first, k, first > 0 || p->beta != 0.0);
    }
}

static void gemm(const mlci_product *p)
{
    if (VECTOR_ISA != MLCI_ISA_REFERENCE && mlci_blis_gemm(VECTOR_ISA, p)) return;
    gemm_tiles(p);
}

/* VL rows at once: blocks are transposed in registers so that each lane is one row's chain. */
static void gemv(const mlci_row_block *a, const double *v, double *out)
{
    for (int64_t i = 0; i < a->n_rows; i += VL) {
        const N rows = n_first(a->n_rows - i);
        const double *start[VL];
        for (int l = 0; l < VL; l++)
            start[l] = a->x + (i + l < a->n_rows ? i + l : i) * a->stride;
        V total = v_set(0.0);
        for (int64_t first = 0; first < a->n_columns; first += MLCI_CHAIN) {
            const int64_t end =
                first + MLCI_CHAIN < a->n_columns ? first + MLCI_CHAIN : a->n_columns;
            V acc = v_set(0.0);
            int64_t k = first;
            for (; k + VL <= end; k += VL) {
                V block[VL];
                UNROLL
                for (int l = 0; l < VL; l++)
                    block[l] = v_load(start[l] + k);
                v_transpose(block);
                UNROLL
                for (int l = 0; l < VL; l++)
                    acc = v_fma(block[l], v_set(v[k + l]), acc);
            }
            if (k < end) {
                V block[VL];
                for (int l = 0; l < VL; l++)
                    block[l] = v_load_first(start[l] + k, n_first(end - k));
                v_transpose(block);
                for (int l = 0; k + l < end; l++)
                    acc = v_fma(block[l], v_set(v[k + l]), acc);
            }
            total = first == 0 ? acc : v_add(total, acc);
        }
        v_store_first(out + i, rows, total);
    }
}

/* parts vectors of outputs; inlined with constant parts. */
static inline void columns_chain(const mlci_row_block *a, const double *v, int64_t j, int parts,
                                 double *out)
{
    const N last = n_first(a->n_columns - j - (parts - 1) * VL);
    for (int64_t first = 0; first < a->n_rows; first += MLCI_CHAIN) {
        const int64_t end = first + MLCI_CHAIN < a->n_rows ? first + MLCI_CHAIN : a->n_rows;
        V acc[8];
        UNROLL
        for (int p = 0; p < parts; p++)
            acc[p] = v_set(0.0);
        for (int64_t i = first; i < end; i++) {
            const double *row = a->x + i * a->stride + j;
            const V value = v_set(v[i]);
            UNROLL
            for (int p = 0; p + 1 < parts; p++)
                acc[p] = v_fma(value, v_load(row + p * VL), acc[p]);
            acc[parts - 1] =
                v_fma(value, v_load_first(row + (parts - 1) * VL, last), acc[parts - 1]);
        }
        UNROLL
        for (int p = 0; p < parts; p++) {
            const N present = p + 1 < parts ? n_first(VL) : last;
            double *to = out + j + p * VL;
            v_store_first(to, present, v_add(v_load_first(to, present), acc[p]));
        }
    }
}

static void gemv_transposed(const mlci_row_block *a, const double *v, double *out)
{
    int64_t j = 0;
    while (j < a->n_columns) {
        const int64_t rest = a->n_columns - j;
        if (rest > 7 * VL) {
            columns_chain(a, v, j, 8, out);
            j += 8 * VL;
        } else if (rest > 3 * VL) {
            columns_chain(a, v, j, 4, out);
            j += 4 * VL;
        } else if (rest > VL) {
            columns_chain(a, v, j, 2, out);
            j += 2 * VL;
        } else {
            columns_chain(a, v, j, 1, out);
            j += VL;
        }
    }
}

static void linear(const mlci_row_block *x, const double *w, int64_t n_outputs, const double *bias,
                   double *out)
{
    if (n_outputs == 1) {
        gemv(x, w, out);
    } else {
        const mlci_product product = {.m = x->n_rows,
                                      .n = n_outputs,
                                      .k = x->n_columns,
                                      .a = x->x,
                                      .a_stride = x->stride,
                                      .b = w,
                                      .b_stride = n_outputs,
                                      .c = out,
                                      .c_stride = n_outputs,
                                      .alpha = 1.0};
        gemm(&product);
    }
    if (bias == NULL) return;
    for (int64_t i = 0; i < x->n_rows; i++)
        add_row(n_outputs, 1.0, bias, 1, out + i * n_outputs);
}
