/* The cells of a Row of Java.
 *
 * A Row is one direct buffer: a 32-byte mlc_value a cell, then the bytes of its texts. Where
 * mlc_value has the pointer to a text, the buffer has the text's position; each cell is copied,
 * checked against the size of the buffer and only then given its pointer, so whatever the buffer
 * holds, no byte outside of it is read.
 */
#include "cells.h"

#include <string.h>

void cells_copy(struct call *call, jobject buffer, int32_t n, mlc_value *cells)
{
    JNIEnv *env = call->env;
    if (!call_ok(call)) return;
    const char *from = buffer == NULL ? NULL : (*env)->GetDirectBufferAddress(env, buffer);
    const int64_t bytes = buffer == NULL ? 0 : (*env)->GetDirectBufferCapacity(env, buffer);
    if (from == NULL || bytes < (int64_t)sizeof *cells * n) {
        call_refuse(call, "the row was made for something else");
        return;
    }
    for (int32_t i = 0; i < n; i++) {
        memcpy(&cells[i], from + (int64_t)sizeof *cells * i, sizeof *cells);
        if (cells[i].kind != MLC_TEXT) continue;
        const int64_t start = (int64_t)(intptr_t)cells[i].text;
        if (cells[i].length < 0 || start < 0 || start > bytes - cells[i].length) {
            call_refuse(call, "the row holds a text outside of its buffer");
            return;
        }
        cells[i].text = from + start;
    }
}
