/* Settings of a reader and roles, which share one text. */
#ifndef MLCI_ROLE_SETTINGS_H
#define MLCI_ROLE_SETTINGS_H

#include "param.h"

/* Tells the settings of the reader, which its table names, from roles, `classes` and `positive`.
 * own (a zeroed list) gets the first, *roles the others as text that reads the same, or NULL. An
 * unknown name is MLC_ERROR_SETTING with the nearest of both; what is the reader, as in "the CSV
 * reader". The caller clears own, also on failure, and frees *roles. */
mlc_status mlci_role_settings_split(mlci_root *root, const char *text, const char *what,
                                    const mlci_param *table, mlci_settings *own, char **roles,
                                    mlc_error *err);

#endif
