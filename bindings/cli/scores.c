/* Scores: one table, and the confusion matrix, whose cells are rows named
 * `confusion_matrix[predicted]` with the true class beside, laid out as a square where it fits. */
#include "scores.h"

#include <stdlib.h>
#include <string.h>

#include "report.h"

#define MATRIX "confusion_matrix["

static int is_matrix_cell(const char *metric)
{
    return strncmp(metric, MATRIX, sizeof MATRIX - 1) == 0;
}

/* The cells of the matrix, true class by true class, and the other rows of the table. */
typedef struct matrix {
    int64_t *cells, *others;
    int64_t n_cells, n_others;
    int64_t n_classes;
    char **classes;
    char **values; /* n_classes x n_classes */
} matrix;

static void clear_matrix(matrix *m)
{
    for (int64_t i = 0; m->classes != NULL && i < m->n_classes; i++)
        free(m->classes[i]);
    for (int64_t i = 0; m->values != NULL && i < m->n_cells; i++)
        free(m->values[i]);
    free(m->classes);
    free(m->values);
    free(m->cells);
    free(m->others);
}

static void find_cells(const mlc_dataset *scores, matrix *m)
{
    const int64_t n = mlc_dataset_n_rows(scores);
    m->cells = memory_zeroed((size_t)n, sizeof *m->cells);
    m->others = memory_zeroed((size_t)n, sizeof *m->others);
    for (int64_t i = 0; i < n; i++) {
        char *metric = report_cell(scores, "metric", i);
        if (is_matrix_cell(metric)) {
            m->cells[m->n_cells++] = i;
        } else {
            m->others[m->n_others++] = i;
        }
        free(metric);
    }
}

/* Takes the texts of the cells; 0 when they are no square. */
static int read_cells(const mlc_dataset *scores, matrix *m)
{
    while (m->n_classes * m->n_classes < m->n_cells)
        m->n_classes++;
    const int64_t k = m->n_classes;
    if (k == 0 || k * k != m->n_cells || report_has_values(scores, "group")) {
        m->n_classes = 0;
        return 0;
    }
    m->classes = memory_zeroed((size_t)k, sizeof *m->classes);
    m->values = memory_zeroed((size_t)m->n_cells, sizeof *m->values);
    for (int64_t i = 0; i < m->n_cells; i++) {
        m->values[i] = report_cell(scores, "value", m->cells[i]);
    }
    for (int64_t i = 0; i < k; i++)
        m->classes[i] = report_cell(scores, "class", m->cells[i * k]);
    return 1;
}

static int wider(int a, int b)
{
    return a > b ? a : b;
}

static int column_width(const matrix *m, int64_t column)
{
    int width = text_width(m->classes[column]);
    for (int64_t i = 0; i < m->n_classes; i++) {
        width = wider(width, text_width(m->values[i * m->n_classes + column]));
    }
    return width;
}

static int fits(const session *s, const matrix *m)
{
    int width = 0, label = 0;
    for (int64_t i = 0; i < m->n_classes; i++) {
        width += column_width(m, i) + 2;
        label = wider(label, text_width(m->classes[i]));
    }
    return width + label <= s->width;
}

static void print_right(const char *text, int width)
{
    printf("%*s%s", width - text_width(text), "", text);
}

static void print_matrix(session *s, const matrix *m)
{
    int label = 0;
    for (int64_t i = 0; i < m->n_classes; i++)
        label = wider(label, text_width(m->classes[i]));
    putchar('\n');
    report_heading(s, "Confusion matrix (a row a true class, a column a predicted one)");
    for (int64_t i = -1; i < m->n_classes; i++) {
        const char *name = i < 0 ? "" : m->classes[i];
        printf("%s%*s", name, label - text_width(name), "");
        for (int64_t j = 0; j < m->n_classes; j++) {
            print_right(i < 0 ? m->classes[j] : m->values[i * m->n_classes + j],
                        column_width(m, j) + 2);
        }
        putchar('\n');
    }
}

static mlc_status print_rows(session *s, const mlc_dataset *scores)
{
    char *columns =
        text_format("metric%s%s%s,value,n", report_is_same(scores, "target") ? "" : ",target",
                    report_has_values(scores, "class") ? ",class" : "",
                    report_has_values(scores, "group") ? ",group" : "");
    const mlc_status status = report_table(s, scores, columns);
    free(columns);
    return status;
}

mlc_status scores_print(session *s, const mlc_dataset *scores)
{
    matrix m = {0};
    mlc_dataset *others = NULL;
    mlc_status status = MLC_OK;
    find_cells(scores, &m);
    if (!read_cells(scores, &m) || !fits(s, &m)) {
        status = print_rows(s, scores);
    } else {
        status = mlc_dataset_rows(s->ctx, scores, m.others, 0, m.n_others, &others, &s->err);
        if (status == MLC_OK && m.n_others > 0) status = print_rows(s, others);
        if (status == MLC_OK) print_matrix(s, &m);
    }
    mlc_dataset_free(others);
    clear_matrix(&m);
    return status;
}
