/* Whether the current thread is inside a block of a parallel loop, where further loops run
 * inline and nothing is reported. */
#ifndef MLCI_LOOP_H
#define MLCI_LOOP_H

int mlci_in_block(void);

#endif
