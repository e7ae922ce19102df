/* Settings, recipes and JSON: texts that people write. What parses must write itself, and that must
 * parse to the same text again. */
#include "compose/composing.h"
#include "fuzz_main.h"
#include "settings.h"

static void round_trip(const mlc_model *model, const char *settings)
{
    mlc_buffer *first = NULL, *second = NULL;
    mlc_model *again = NULL;
    mlc_error err;
    if (mlc_model_format(model, settings, &first, &err) != MLC_OK) abort();
    if (mlc_model_parse(NULL, mlc_buffer_data(first), &again, &err) != MLC_OK) abort();
    if (mlc_model_format(again, settings, &second, &err) != MLC_OK) abort();
    if (strcmp(mlc_buffer_data(first), mlc_buffer_data(second)) != 0) abort();
    mlc_buffer_free(first);
    mlc_buffer_free(second);
    mlc_model_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (size > 0) memcpy(text, data, size);
    text[size] = '\0';
    mlc_model *model = NULL;
    mlc_error err;
    if (mlc_model_parse(NULL, text, &model, &err) == MLC_OK) {
        round_trip(model, NULL);
        round_trip(model, "format=json defaults=true");
        mlc_model_free(model);
    }
    mlci_settings settings = {.root = NULL};
    if (mlci_settings_parse(NULL, text, 0, &settings, &err) == MLC_OK) {
        mlci_settings_clear(&settings);
    }
    free(text);
    return 0;
}
