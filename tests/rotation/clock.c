/* The time of a test: a program that this is loaded into takes it for the real one. CLOCK names a file with the seconds
   since 1970; all other clocks go on as they are. For Linux. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *time) {
  static int file = -1;
  char digits[32] = {0};
  if (clock != CLOCK_REALTIME) return syscall(SYS_clock_gettime, clock, time);
  if (file < 0) file = open(getenv("CLOCK"), O_RDONLY | O_CLOEXEC);
  if (pread(file, digits, sizeof digits - 1, 0) <= 0) abort();
  time->tv_sec = atoll(digits);
  time->tv_nsec = 0;
  return 0;
}
