/* A small JSON document as a tree, for what the library tells about itself: the catalog and
 * recipes. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

typedef struct json_node {
    char kind;              /* '{' '[' '"' and 'w' for a number, true, false or null */
    char *key;              /* of a member; NULL in arrays */
    char *text;             /* of a string or word; NULL otherwise */
    const char *from, *end; /* the node's own text in the document */
    struct json_node *first, *next;
} json_node;

/* Parses a document that outlives the tree; NULL when it is not JSON. */
json_node *json_parse(const char *document);
void json_free(json_node *node);

/* A member of an object, an object or array itself; NULL when there is none, also for NULL. */
const json_node *json_get(const json_node *object, const char *key);
/* The text of a member; NULL when there is none. */
const char *json_text(const json_node *object, const char *key);

#endif
