/* Help: of the command as a whole, of each command from its table, of each component from the
 * catalog. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "session.h"

void help_overview(FILE *out);
void help_command(FILE *out, const command *c);
/* The name of the i-th operand of a command, from its "MODEL DATA". */
const char *help_operand(const command *c, int i);

int cmd_sql(session *s);
int cmd_train(session *s);
int cmd_predict(session *s);
int cmd_split(session *s);
int cmd_evaluate(session *s);
int cmd_explain(session *s);
int cmd_inspect(session *s);
int cmd_update(session *s);
int cmd_verify(session *s);
int cmd_import(session *s);
int cmd_export(session *s);
int cmd_convert(session *s);
int cmd_describe(session *s);
int cmd_schema(session *s);
int cmd_validate(session *s);
int cmd_list(session *s);
int cmd_help(session *s);

#endif
