/* Pages of help that belong to no command: the small languages that options take. */
#ifndef CLI_TOPICS_H
#define CLI_TOPICS_H

typedef struct topic {
    const char *name, *summary, *text;
} topic;

extern const topic topics[]; /* ends with a NULL name */

#endif
