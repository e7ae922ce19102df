/* Pages of help; see topics.h. */
#include "topics.h"

#include <stddef.h>

const topic topics[] = {
    {.name = "csv",
     .summary = "how files are read: the settings of --csv",
     .text = "Files are delimited text, plain or gzip-compressed. Delimiter, header and the\n"
             "types of columns are found out; --csv says otherwise, with settings such as\n"
             "\"delimiter=';' null='-,unknown'\":\n"
             "\n"
             "  delimiter=auto         or one byte, or tab\n"
             "  quote='\"'              or one byte, or none\n"
             "  header=auto            or true, or false: columns are column_1, column_2 ...\n"
             "  null='NA,?'            words that mean missing, besides the empty one\n"
             "  types='zip:category'   types of columns: bool, int64, float64, category,\n"
             "                         text, timestamp\n"
             "  text=auto              or category, or text: what columns of words become\n"
             "  timestamps=true        or false: dates and times are words\n"
             "  on_error=fail          or skip, or collect: rows that cannot be read\n"
             "  decimal=.              byte before the fraction; thousands=',' between digits\n"
             "  comment='#'            lines that start with it are passed over\n"
             "  columns=a,b            the only columns to read\n"
             "  skip_rows=0 n_rows=-1  which rows behind the header; -1: all that follow\n"
             "  encoding=utf-8         or latin-1, utf-16, utf-16-le, utf-16-be\n"
             "\n"
             "A model finds the columns it was trained on by name and reads them as it knows\n"
             "them; other columns do not matter, and the order does not either.\n"},
    {.name = "roles",
     .summary = "what columns are for: --target and --roles",
     .text = "Columns are features unless --target or --roles say otherwise:\n"
             "\n"
             "  mlcore train sales.csv --target amount --roles \"weight=n id=order ignore=a,b\"\n"
             "\n"
             "  target      what is predicted\n"
             "  weight      how much a row counts: 2 is the row twice, 0 its absence\n"
             "  offset      added to the raw score of each row\n"
             "  group       rows of a group stay together when rows are split\n"
             "  time        order of the rows for time series\n"
             "  key         what a row is known by, for splits by hash\n"
             "  fold        the fold of each row\n"
             "  sensitive   a feature that results are to be looked at by\n"
             "  id          passes through to the predictions\n"
             "  ignore      left alone\n"
             "\n"
             "classes='no,yes' gives the classes an order; positive='yes' (or --positive yes)\n"
             "says which of two is the positive one, else it is the last.\n"},
    {.name = "recipes",
     .summary = "preprocessing and models as text: --recipe and --set",
     .text = "A recipe is one line. A pipeline applies its steps in order and ends in a\n"
             "model; on() says which columns a step is for; a step may have a name:\n"
             "\n"
             "  pipeline(on(type:number, chain(simple_imputer, standard_scaler)),\n"
             "           on(type:category, one_hot_encoder(handle_unknown=ignore)),\n"
             "           logistic_regression(C=0.5, name=lr))\n"
             "\n"
             "Columns are names, patterns such as capital-*, or type:number, type:category\n"
             "and type:text; several go in brackets: on([age, hours-*], standard_scaler).\n"
             "\n"
             "--model NAME is short for pipeline(automatic, NAME), where 'automatic' prepares\n"
             "the columns as the model needs them. --set C=2 sets a parameter of the model,\n"
             "--set simple_imputer.strategy=mean one of a step. 'mlcore list' names what\n"
             "there is, 'mlcore help NAME' its parameters.\n"},
    {.name = NULL},
};
