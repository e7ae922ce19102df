/* What the writer and the reader of profiles agree on. */
#ifndef MLCI_PROFILE_JSON_H
#define MLCI_PROFILE_JSON_H

#define MLCI_PROFILE_VERSION 1

/* By MLCI_PROFILE_ number. */
static const char *const mlci_profile_kinds[] = {"", "numbers", "texts", "vector"};

/* A register of a sketch is the character at its value. */
static const char mlci_register_alphabet[] =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

#endif
