/* Pages of help; see topics.h. */
#include "topics.h"

#include <stddef.h>

const topic topics[] = {
    {.name = "csv",
     .summary = "how delimited text is read: its settings of --read",
     .text = "Delimited text may be gzip-compressed. Delimiter, header and the types of\n"
             "columns are found out; --read (or --csv) says otherwise, with settings such\n"
             "as \"delimiter=';' null='-,unknown'\":\n"
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
    {.name = "formats",
     .summary = "formats of data, by the ending of files",
     .text = "The ending of a file tells its format, also before .gz where it is text;\n"
             "others are delimited text, and \"format=jsonl\" in --read or --write says\n"
             "otherwise:\n"
             "\n"
             "  csv     .csv .txt .data         delimited text; see 'mlcore help csv'\n"
             "  tsv     .tsv .tab               the same with tabs\n"
             "  jsonl   .jsonl .ndjson          JSON Lines: an object a line\n"
             "  libsvm  .libsvm .svmlight .svm  label qid:7 3:0.5 9:1\n"
             "  sqlite  .sqlite .sqlite3 .db .db3\n"
             "\n"
             "Settings of --read:\n"
             "\n"
             "  jsonl   columns='age:user.age,first:scores[0]'  a path for each column\n"
             "          types=, null=, text=, on_error= as for csv\n"
             "  libsvm  index_base=auto, or 0, or 1\n"
             "          width=0  components of the vector; 0: as many as there are\n"
             "          target_name=target group_name=qid features_name=x\n"
             "  sqlite  table=orders, or query='SELECT ...'\n"
             "          types=, null=, text= as for csv\n"
             "\n"
             "Settings of --write:\n"
             "\n"
             "  csv     delimiter=',' header=true\n"
             "  jsonl   nan=word, or null\n"
             "  libsvm  index_base=1, or 0\n"
             "  sqlite  table=data if_exists=fail, or replace, or append\n"
             "\n"
             "'mlcore convert' passes rows by, so that files may be larger than memory. Columns\n"
             "and their types are then those of the first rows (4 MB of CSV, 8 MB of other\n"
             "text), or what --types says; --whole looks at all rows before it writes any.\n"},
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
