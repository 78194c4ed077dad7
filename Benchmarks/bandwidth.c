// What reading costs by itself, on this machine and now: the yardstick for Benchmarks/run. Prints JSON.
//
//   bandwidth warm FILE THREADS   GB/s from memory; seconds to add up the file where it is in the page cache: medians
//   bandwidth cold FILE THREADS   seconds to read the file once the page cache has let go of it
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct part {
  const uint8_t *start;
  size_t length;
  uint64_t sum;
} part;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

__attribute__((target_clones("default", "avx2", "arch=x86-64-v4"))) static uint64_t sum_of(const uint64_t *words,
                                                                                          size_t count) {
  uint64_t sum[8] = {0};
  for (size_t i = 0; i + 8 <= count; i += 8)
    for (int k = 0; k < 8; k++) sum[k] += words[i + (size_t)k];
  uint64_t total = 0;
  for (int k = 0; k < 8; k++) total += sum[k];
  return total;
}

static void *read_part(void *argument) {
  part *p = argument;
  // In pieces that are mapped at once, as a run over the same file does.
  for (size_t at = 0; at < p->length; at += 2 << 20) {
    size_t length = p->length - at < 2 << 20 ? p->length - at : 2 << 20;
    madvise((void *)(p->start + at), length, 22);  // MADV_POPULATE_READ
    p->sum += sum_of((const uint64_t *)(p->start + at), length / 8);
  }
  return NULL;
}

static double timed(const uint8_t *start, size_t length, int threads) {
  pthread_t handles[64];
  part parts[64];
  size_t each = length / (size_t)threads & ~(size_t)4095;
  double begin = now();
  for (int t = 0; t < threads; t++) {
    parts[t] = (part){start + (size_t)t * each, t + 1 == threads ? length - (size_t)t * each : each, 0};
    pthread_create(&handles[t], NULL, read_part, &parts[t]);
  }
  uint64_t sum = 0;
  for (int t = 0; t < threads; t++) {
    pthread_join(handles[t], NULL);
    sum += parts[t].sum;
  }
  double seconds = now() - begin;
  if (sum == 42) fputs("", stderr);  // the sum is used
  return seconds;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

typedef struct stretch {
  int file;
  size_t from, to;
  int failed;
} stretch;

static void *copy_part(void *argument) {
  stretch *s = argument;
  uint8_t *buffer = malloc(4 << 20);
  while (s->from < s->to) {
    size_t length = s->to - s->from < 4 << 20 ? s->to - s->from : 4 << 20;
    ssize_t count = pread(s->file, buffer, length, (off_t)s->from);
    if (count <= 0) {
      s->failed = 1;
      break;
    }
    s->from += (size_t)count;
  }
  free(buffer);
  return NULL;
}

// Reads a file that the page cache has been made to let go of, each thread a part of it from front to back.
static int print_cold(int file, size_t size, int threads) {
  pthread_t handles[64];
  stretch parts[64];
  fsync(file);
  posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  double begin = now();
  for (int t = 0; t < threads; t++) {
    size_t from = size * (size_t)t / (size_t)threads, to = size * (size_t)(t + 1) / (size_t)threads;
    parts[t] = (stretch){file, from, to, 0};
    pthread_create(&handles[t], NULL, copy_part, &parts[t]);
  }
  int failed = 0;
  for (int t = 0; t < threads; t++) {
    pthread_join(handles[t], NULL);
    failed |= parts[t].failed;
  }
  printf("{\"fileColdSeconds\": %.5f, \"bytes\": %zu}\n", now() - begin, size);
  return failed;
}

// Adds up memory, then the file where it is in the page cache: medians.
static int print_warm(int file, size_t size, int threads) {
  size_t length = (size_t)256 << 20;
  uint8_t *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 1;
  memset(memory, 1, length);
  double times[7];
  for (int i = 0; i < 7; i++) times[i] = timed(memory, length, threads);
  qsort(times, 7, sizeof(double), by_size);
  double rate = (double)length / times[3] / 1e9;
  munmap(memory, length);
  for (int i = 0; i < 6; i++) {
    uint8_t *start = mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);
    if (start == MAP_FAILED) return 1;
    times[i > 0 ? i - 1 : 0] = timed(start, size, threads);  // the first only brings the file in
    munmap(start, size);
  }
  qsort(times, 5, sizeof(double), by_size);
  printf("{\"memoryGBPerSecond\": %.2f, \"fileWarmSeconds\": %.5f, \"bytes\": %zu}\n", rate, times[2], size);
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 4) return 64;
  int threads = atoi(argv[3]) < 1 ? 1 : atoi(argv[3]) > 64 ? 64 : atoi(argv[3]);
  int file = open(argv[2], O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status) || status.st_size == 0) return 1;
  size_t size = (size_t)status.st_size;
  if (!strcmp(argv[1], "cold")) return print_cold(file, size, threads);
  if (!strcmp(argv[1], "warm")) return print_warm(file, size, threads);
  return 64;
}
