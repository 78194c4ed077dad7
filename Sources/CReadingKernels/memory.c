// Memory for tables and results.
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "creading.h"

// Large memory comes in pages of 2 MiB, where the system has them: a table of sums is then a few page faults, not
// thousands. The first 64 bytes hold its length where it was
// mapped for itself, and the length that can be kept.
enum { HEAD = 64, LARGE = 1 << 20, HUGE_PAGE = 2 << 20 };
typedef struct head {
  size_t mapped, kept;  // 0: not so
} head;

void *creading_zeros(size_t bytes, int dense) {
  size_t length = bytes + HEAD;
  if (!dense || length < LARGE) {
    uint8_t *memory = calloc(length, 1);
    if (!memory) abort();
    return memory + HEAD;
  }
  length = (length + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
  uint8_t *start = mmap(NULL, length + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) abort();
  size_t skipped = (HUGE_PAGE - (uintptr_t)start % HUGE_PAGE) % HUGE_PAGE;
  if (skipped) munmap(start, skipped);
  munmap(start + skipped + length, HUGE_PAGE - skipped);
  start += skipped;
#ifdef MADV_HUGEPAGE
  madvise(start, length, MADV_HUGEPAGE);
#endif
  ((head *)start)->mapped = length;
  return start + HEAD;
}

// Memory of some size that was given back is kept for the next run, so that its pages are not taken from and given to the system
// each time: that took a third of a later run. No more than 64 MiB in 16 pieces; the rest goes back at once.
enum { KEPT_FROM = 64 << 10, KEPT_MOST = 64 << 20, KEPT_PIECES = 16 };
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;
static head *kept[KEPT_PIECES];
static size_t kept_count, kept_bytes;

// The smallest kept piece that has `length`, and not more than twice that; NULL where there is none.
static head *take_kept(size_t length) {
  head *found = NULL;
  size_t place = 0;
  pthread_mutex_lock(&kept_lock);
  for (size_t i = 0; i < kept_count; i++) {
    size_t has = kept[i]->kept;
    if (has < length || has / 2 > length || (found && has >= found->kept)) continue;
    found = kept[i];
    place = i;
  }
  if (found) {
    kept[place] = kept[--kept_count];
    kept_bytes -= found->kept;
  }
  pthread_mutex_unlock(&kept_lock);
  return found;
}

static int keep(head *memory) {
  pthread_mutex_lock(&kept_lock);
  int has_room = kept_count < KEPT_PIECES && memory->kept <= KEPT_MOST - kept_bytes;
  if (has_room) {
    kept[kept_count++] = memory;
    kept_bytes += memory->kept;
  }
  pthread_mutex_unlock(&kept_lock);
  return has_room;
}

void *creading_memory(size_t bytes) {
  size_t length = bytes + HEAD;
  head *memory = length >= KEPT_FROM ? take_kept(length) : NULL;
  if (!memory) {
    memory = malloc(length);
    if (!memory) abort();
    *memory = (head){0, length >= KEPT_FROM ? length : 0};
  }
  return (uint8_t *)memory + HEAD;
}

void creading_free(void *memory) {
  head *start = (head *)((uint8_t *)memory - HEAD);
  if (start->mapped)
    munmap(start, start->mapped);
  else if (!start->kept || !keep(start))
    free(start);
}
