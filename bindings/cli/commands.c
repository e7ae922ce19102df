/* The commands with their options: what the parser, the help and the dispatch go by. */
#include "help.h"

const cli_option common_options[] = {
    {"threads", 'j', "N", "threads to use, all cores unless told; results never depend on it"},
    {"json", 0, NULL,
     "results as JSON on standard output, progress and errors as JSON lines on "
     "standard error"},
    {"quiet", 'q', NULL, "only results and errors"},
    {"help", 'h', NULL, "this help"},
    {.name = NULL}};

static const char read_doc[] = "how to read the file, such as \"delimiter=';' null='-,?'\"; see "
                               "'mlcore help formats' and 'mlcore help csv'";
static const char csv_doc[] = "another name of --read";
static const char where_doc[] = "only the rows for which this holds, such as \"age > 30 and job in "
                                "('a', 'b')\"; columns with odd names in backquotes";

static const cli_option train_options[] = {
    {"target", 't', "COLUMN", "the column to predict"},
    {"out", 'o', "FILE", "where to save the model"},
    {"model", 'm', "NAME",
     "the model; 'mlcore list models' names them. Without it gradient "
     "boosting, for classes or for numbers as the target has them"},
    {"recipe", 0, "TEXT",
     "preprocessing and model, such as \"pipeline(on(type:number, "
     "simple_imputer), ridge)\"; see 'mlcore help recipes'"},
    {"set", 's', "NAME=VALUE",
     "a parameter of the model, or of a step by its path "
     "(step.name=value); may be repeated"},
    {"roles", 0, "TEXT",
     "what columns are for, such as \"weight=w id=name ignore=a,b\"; see 'mlcore help roles'"},
    {"positive", 0, "CLASS", "the class that counts as positive; else the last of two"},
    {"holdout", 0, "SHARE", "measure on this share of the rows, which are not learned from"},
    {"valid", 0, "FILE", "rows to measure on and to stop early by"},
    {"early-stopping", 0, NULL,
     "stop when the rows of --valid, or a tenth of the training rows, "
     "gain nothing any more"},
    {"seed", 0, "N", "seed of all random draws"},
    {"read", 0, "SETTINGS", read_doc},
    {"csv", 0, "SETTINGS", csv_doc},
    {"where", 0, "CONDITION", where_doc},
    {.name = NULL}};

static const cli_option predict_options[] = {
    {"out", 'o', "FILE", "write CSV to a file, not to standard output"},
    {"class", 0, NULL, "the predicted class or number"},
    {"proba", 0, NULL, "the probability of each class"},
    {"interval", 0, NULL, "bounds: the lowest and the highest of several quantiles"},
    {"quantile", 0, NULL, "all quantiles of a model of several"},
    {"raw", 0, NULL, "the raw score before it becomes a prediction"},
    {"leaf", 0, NULL, "the leaf of each tree"},
    {"flags", 0, NULL,
     "what was odd about each row: 1 missing, 2 unseen category, 4 out of "
     "range, 8 wrong kind; sums of them"},
    {"rounds", 0, "N", "predict with the first N rounds of a model of boosted trees"},
    {"on-invalid", 0, "WHAT",
     "rows with values that the model cannot use: flag (the default) "
     "predicts them as well as it can, missing takes such values as "
     "missing, fail stops"},
    {"read", 0, "SETTINGS", read_doc},
    {"csv", 0, "SETTINGS", csv_doc},
    {"where", 0, "CONDITION", where_doc},
    {.name = NULL}};

static const cli_option update_options[] = {
    {"out", 'o', "FILE", "the file of the new model"},
    {"method", 0, "WHAT",
     "continue (the default): more rounds that learn from the rows; refit: the same trees, with "
     "values moved towards what the rows say; truncate: the first rounds only, without DATA"},
    {"rounds", 0, "N", "rounds to add, or to keep; without it as many as a fit makes"},
    {"decay", 0, "X", "refit: the share that values keep; 0.9 unless told"},
    {"set", 0, "SETTINGS", "parameters to go on with, such as \"learning_rate=0.05\""},
    {"valid", 0, "FILE", "rows for early stopping"},
    {"read", 0, "SETTINGS", read_doc},
    {"csv", 0, "SETTINGS", csv_doc},
    {"where", 0, "CONDITION", where_doc},
    {.name = NULL}};

static const cli_option evaluate_options[] = {
    {"metrics", 0, "A,B",
     "what to measure; 'mlcore list metrics' names them. Without it what is "
     "usual for the task"},
    {"by", 0, "COLUMNS", "also for each group of rows by these columns"},
    {"read", 0, "SETTINGS", read_doc},
    {"csv", 0, "SETTINGS", csv_doc},
    {"where", 0, "CONDITION", where_doc},
    {.name = NULL}};

static const cli_option explain_options[] = {
    {"out", 'o', "FILE", "write CSV to a file, not to standard output"},
    {"top", 0, "N", "a line for each of the N largest contributions of a row"},
    {"method", 0, "WHAT",
     "shap (the default): how the features of each row share in its score; interactions: the same "
     "of pairs of features; permutation: how much worse the metrics are when a column is shuffled"},
    {"level", 0, "WHAT",
     "raw (the default): of the columns of the file; encoded: of what the last step of the model "
     "sees"},
    {"background", 0, "FILE",
     "rows that stand for what is not known of a row, such as the training rows; linear models "
     "need them"},
    {"metrics", 0, "A,B", "permutation: what to measure"},
    {"repeats", 0, "N", "permutation: how often each column is shuffled; 5 unless told"},
    {"seed", 0, "N", "permutation: seed of the shuffling"},
    {"read", 0, "SETTINGS", read_doc},
    {"csv", 0, "SETTINGS", csv_doc},
    {"where", 0, "CONDITION", where_doc},
    {.name = NULL}};

static const cli_option inspect_options[] = {
    {"table", 0, "NAME", "one table of what was learned: history, importance, coefficients ..."},
    {.name = NULL}};

static const cli_option verify_options[] = {
    {"limits", 0, "SETTINGS",
     "what the file may ask for, such as \"max_bytes=1000000 max_trees=500\"; also "
     "max_header_bytes, "
     "max_sections, max_name_bytes, max_ratio, max_info_bytes, max_steps, max_features, "
     "max_classes, max_nodes, max_depth and max_golden_rows; content_id=... wants that very model; "
     "selftest=false leaves the golden rows alone"},
    {.name = NULL}};

static const cli_option import_options[] = {
    {"out", 'o', "FILE", "where to save the model"},
    {"format", 0, "NAME", "what the file is; found out from its first bytes unless told"},
    {"rounds", 0, "N", "take the first N rounds; without it all of them"},
    {"best-iteration", 0, NULL, "take the rounds up to the best one that the file notes"},
    {"target", 0, "NAME", "the name of what is predicted; \"target\" unless told"},
    {"classes", 0, "A,B", "the labels of the classes in the order of their numbers"},
    {"positive", 0, "CLASS", "the class that counts as positive; else the last of two"},
    {"names", 0, "A,B", "names of the features, instead of those in the file"},
    {"categories", 0, "JSON",
     "labels of categories in the order of their codes, such as "
     "'{\"city\": [\"Bern\", \"Rome\"]}', instead of those in the file"},
    {"zero-as-missing", 0, NULL,
     "the model was trained with zeros as missing values, which its file does not say"},
    {"check", 0, "FILE", "rows to compare on as well, with what the other library gives for them"},
    {"gives", 0, "COLUMNS", "the columns of those rows that have it"},
    {"expected", 0, "WHAT", "what it is: raw (the default), probability or prediction"},
    {"tolerance", 0, "X", "how far off predictions may be from it; 0 unless told"},
    {"limits", 0, "SETTINGS",
     "what the file may ask for, such as \"max_bytes=1000000 max_trees=500\"; also max_nodes, "
     "max_depth, max_features and max_categories"},
    {"read", 0, "SETTINGS", read_doc},
    {"csv", 0, "SETTINGS", csv_doc},
    {"where", 0, "CONDITION", where_doc},
    {.name = NULL}};

static const cli_option export_options[] = {
    {"out", 'o', "FILE", "the file to write; its ending tells the format"},
    {"format", 0, "NAME",
     "c (source of a .c and a .h file), lightgbm (.txt) or xgboost (.json), where the ending does "
     "not tell"},
    {"name", 0, "NAME",
     "name of the model in the file, by which C functions begin; \"model\" "
     "unless told"},
    {"opset", 0, "N", "ONNX: version of the operators ai.onnx.ml"},
    {.name = NULL}};

static const cli_option describe_options[] = {
    {"target", 't', "COLUMN", "the column to predict, for the hints"},
    {"hints", 0, NULL,
     "also what would mislead a model: duplicate rows and columns, constants, ids, columns that "
     "predict the target alone"},
    {"read", 0, "SETTINGS", read_doc},
    {"csv", 0, "SETTINGS", csv_doc},
    {"where", 0, "CONDITION", where_doc},
    {.name = NULL}};

static const cli_option schema_options[] = {
    {"out", 'o', "FILE", "write to a file, not to standard output"},
    {"target", 't', "COLUMN", "the column to predict: it is not expected when serving"},
    {"set", 0, "SETTINGS",
     "what to write, such as \"max_values=20 ranges=false min_domain_mass=0.99 max_psi=0.2\""},
    {"read", 0, "SETTINGS", read_doc},
    {"csv", 0, "SETTINGS", csv_doc},
    {"where", 0, "CONDITION", where_doc},
    {.name = NULL}};

static const char write_doc[] = "how to write the file, such as \"table=t if_exists=replace\"; see "
                                "'mlcore help formats'";

static const cli_option convert_options[] = {
    {"types", 0, "TEXT", "types of columns, such as 'zip:category,day:timestamp'"},
    {"null", 0, "WORD", "what means missing in IN; several words with commas"},
    {"target", 't', "COLUMN", "the column that is the label, which libsvm text needs"},
    {"read", 0, "SETTINGS", read_doc},
    {"where", 0, "CONDITION", where_doc},
    {"sample", 0, "SAMPLER",
     "only some of the rows, such as \"reservoir n=1000\"; see 'mlcore list samplers'"},
    {"write", 0, "SETTINGS", write_doc},
    {"whole", 0, NULL,
     "take all rows into memory, and find types that hold all of them. Otherwise, and unless IN is "
     "- or also OUT, rows pass by, so that IN may be larger than memory; columns and types are "
     "then those of its first rows (4 MB of CSV, 8 MB of other text) or of --types, and rows that "
     "contradict them end the work"},
    {.name = NULL}};

static const cli_option sql_options[] = {
    {"out", 'o', "FILE", "write the rows to a file of any format, not as a table"},
    {"types", 0, "TEXT", "types of columns, such as 'zip:category,day:timestamp'"},
    {"read", 0, "SETTINGS", read_doc},
    {"write", 0, "SETTINGS", write_doc},
    {.name = NULL}};

static const cli_option split_options[] = {
    {"out", 'o', "FILE",
     "what the files are named after: rows.csv gives rows_train.csv and rows_test.csv, or "
     "rows_fold0_train.csv and so on. Without it DATA, beside which they are then written"},
    {"test-size", 0, "SHARE",
     "share of the rows in the test part, or their number; 0.25 unless told"},
    {"validation-size", 0, "SHARE", "a third part, for early stopping and tuning: valid"},
    {"stratify", 0, NULL, "keep the shares of the target's classes"},
    {"target", 't', "COLUMN", "the column to predict"},
    {"roles", 0, "TEXT",
     "what columns are for, such as \"group=patient time=day key=id\"; see 'mlcore help roles'"},
    {"splitter", 0, "TEXT",
     "another way to split, such as \"stratified_k_fold n_splits=5\" or \"hash\"; 'mlcore list "
     "splitters' names them"},
    {"seed", 0, "N", "seed of the draw"},
    {"read", 0, "SETTINGS", read_doc},
    {"csv", 0, "SETTINGS", csv_doc},
    {"where", 0, "CONDITION", where_doc},
    {.name = NULL}};

static const cli_option validate_options[] = {
    {"schema", 0, "FILE", "what the data should look like: JSON, as 'mlcore schema' writes it"},
    {"reference", 0, "FILE", "data that distributions are compared with"},
    {"environment", 0, "NAME", "whose columns are expected, such as training or serving"},
    {"now", 0, "TIME", "what freshness is measured from; the present unless told"},
    {"examples", 0, "N", "rows to show of each broken rule; 5 unless told"},
    {"target", 't', "COLUMN", "the column to predict"},
    {"read", 0, "SETTINGS", read_doc},
    {"csv", 0, "SETTINGS", csv_doc},
    {"where", 0, "CONDITION", where_doc},
    {.name = NULL}};

static const cli_option no_options[] = {{.name = NULL}};

const command commands[] = {
    {.name = "train",
     .operands = "DATA",
     .summary = "learn from a file of data, measure, save a model",
     .details = "mlcore train adult.csv.gz --target income --holdout 0.2 --out income.mlcore\n"
                "mlcore train houses.csv --target price --model ridge --set alpha=2 -o p.mlcore\n"
                "mlcore train a.csv --target y --valid b.csv --early-stopping -o y.mlcore",
     .least_operands = 1,
     .most_operands = 1,
     .options = train_options,
     .run = cmd_train},
    {.name = "predict",
     .operands = "MODEL DATA",
     .summary = "predict the rows of a file of data",
     .details = "mlcore predict income.mlcore new.csv --proba > scored.csv\n"
                "zcat new.csv.gz | mlcore predict income.mlcore - --out scored.csv",
     .least_operands = 2,
     .most_operands = 2,
     .options = predict_options,
     .run = cmd_predict},
    {.name = "evaluate",
     .operands = "MODEL DATA",
     .summary = "measure a model on rows with known targets",
     .details = "mlcore evaluate income.mlcore test.csv\n"
                "mlcore evaluate income.mlcore test.csv --metrics roc_auc,log_loss --by sex",
     .least_operands = 2,
     .most_operands = 2,
     .options = evaluate_options,
     .run = cmd_evaluate},
    {.name = "explain",
     .operands = "MODEL DATA",
     .summary = "what the predictions of rows, or the model, go by",
     .details = "mlcore explain income.mlcore new.csv --top 3\n"
                "mlcore explain income.mlcore test.csv --method permutation --metrics roc_auc",
     .least_operands = 2,
     .most_operands = 2,
     .options = explain_options,
     .run = cmd_explain},
    {.name = "update",
     .operands = "MODEL [DATA]",
     .summary = "more, fewer or moved rounds of boosted trees",
     .details = "mlcore update income.mlcore more.csv --rounds 50 --out newer.mlcore\n"
                "mlcore update income.mlcore recent.csv --method refit --out newer.mlcore\n"
                "mlcore update income.mlcore --method truncate --rounds 30 --out small.mlcore",
     .least_operands = 1,
     .most_operands = 2,
     .options = update_options,
     .run = cmd_update},
    {.name = "import",
     .operands = "FILE",
     .summary = "take over a model of another library",
     .details = "mlcore import booster.txt --out income.mlcore\n"
                "mlcore import booster.txt --classes no,yes --check rows.csv --gives raw -o "
                "i.mlcore",
     .least_operands = 1,
     .most_operands = 1,
     .options = import_options,
     .run = cmd_import},
    {.name = "export",
     .operands = "MODEL",
     .summary = "write a model for another library, or as C source",
     .details = "mlcore export income.mlcore --out income.c --name income\n"
                "mlcore export income.mlcore --out booster.txt\n"
                "mlcore export income.mlcore --format xgboost --out booster.json",
     .least_operands = 1,
     .most_operands = 1,
     .options = export_options,
     .run = cmd_export},
    {.name = "inspect",
     .operands = "MODEL",
     .summary = "what a model file holds and has learned",
     .details = "mlcore inspect income.mlcore\n"
                "mlcore inspect income.mlcore --table history",
     .least_operands = 1,
     .most_operands = 1,
     .options = inspect_options,
     .run = cmd_inspect},
    {.name = "verify",
     .operands = "MODEL",
     .summary = "check that a model file is whole",
     .details = "mlcore verify income.mlcore\n"
                "mlcore verify income.mlcore --limits \"max_bytes=1000000 max_trees=500\"",
     .least_operands = 1,
     .most_operands = 1,
     .options = verify_options,
     .run = cmd_verify},
    {.name = "describe",
     .operands = "DATA",
     .summary = "what is in the columns of a file of data",
     .details = "mlcore describe adult.csv.gz\n"
                "mlcore describe adult.csv.gz --hints --target income",
     .least_operands = 1,
     .most_operands = 1,
     .options = describe_options,
     .run = cmd_describe},
    {.name = "convert",
     .operands = "IN OUT",
     .summary = "a file of data in another format, by its ending",
     .details = "mlcore convert rows.jsonl rows.csv.gz\n"
                "mlcore convert rows.csv shop.db --write \"table=orders if_exists=append\"\n"
                "mlcore convert huge.csv.gz some.csv --sample \"reservoir n=1000\"\n"
                "mlcore convert rows.csv rows.svm --target price --types zip:int64 --null -",
     .least_operands = 2,
     .most_operands = 2,
     .options = convert_options,
     .run = cmd_convert},
    {.name = "sql",
     .operands = "DB QUERY",
     .summary = "the rows of a query of an SQLite file",
     .details = "mlcore sql shop.db \"SELECT city, sum(amount) FROM orders GROUP BY city\"\n"
                "mlcore sql shop.db \"SELECT * FROM orders\" --out orders.jsonl",
     .least_operands = 2,
     .most_operands = 2,
     .options = sql_options,
     .run = cmd_sql},
    {.name = "split",
     .operands = "DATA",
     .summary = "part rows in those to train and to test on",
     .details = "mlcore split adult.csv --target income --stratify --test-size 0.2 --out a.csv\n"
                "mlcore split adult.csv --validation-size 0.1 --seed 7\n"
                "mlcore split visits.csv --roles group=patient --splitter \"group_k_fold "
                "n_splits=3\"\n"
                "mlcore split orders.csv --roles key=customer --splitter hash --test-size 0.1",
     .least_operands = 1,
     .most_operands = 1,
     .options = split_options,
     .run = cmd_split},
    {.name = "schema",
     .operands = "DATA",
     .summary = "write down what data looks like",
     .details = "mlcore schema adult.csv.gz --target income --out adult.json",
     .least_operands = 1,
     .most_operands = 1,
     .options = schema_options,
     .run = cmd_schema},
    {.name = "validate",
     .operands = "DATA",
     .summary = "check data against a schema",
     .details = "mlcore validate new.csv --schema adult.json --environment serving\n"
                "mlcore validate new.csv --schema adult.json --reference adult.csv.gz",
     .least_operands = 1,
     .most_operands = 1,
     .options = validate_options,
     .run = cmd_validate},
    {.name = "list",
     .operands = "[KIND]",
     .summary = "the components: models, metrics, splitters ...",
     .details = "mlcore list models",
     .most_operands = 1,
     .options = no_options,
     .run = cmd_list},
    {.name = "help",
     .operands = "[TOPIC]",
     .summary = "explain a command, a component or a topic",
     .details = "mlcore help train\nmlcore help gradient_boosting_classifier",
     .most_operands = 1,
     .options = no_options,
     .run = cmd_help},
    {.name = NULL},
};
