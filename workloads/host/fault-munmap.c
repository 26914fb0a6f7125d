/*
 * The workload fault-munmap on the kernel of this machine, to stand beside the simulated one:
 * N threads of one process; each maps its share, writes one word into every page in order, unmaps
 * it whole, and starts again.
 *
 * usage: fault-munmap THREADS BYTES_PER_THREAD SECONDS
 * Prints one JSON object. `faultsPerSecond` is pages touched for the first time per second of the
 * window; `minorFaults` is what the kernel itself counted in the window, to check that by.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/*
 * Passes of every thread before the window opens. Memory that was free for a while is slow to come
 * back, on a virtual machine above all; that is not what is compared.
 */
enum { THREADS_MAX = 1024, WARM_UP_PASSES = 2 };

/* One per thread, on cache lines of its own; written by its thread, read by main. */
struct task {
	alignas(128) _Atomic unsigned long faults;
	_Atomic unsigned passes;
	pthread_t thread;
	size_t bytes;
	size_t bytes_of_first_pass;
};

static struct task tasks[THREADS_MAX];
static atomic_bool stop;
static size_t page_bytes;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void map_touch_unmap(struct task *task, size_t touched_bytes)
{
	char *share = mmap(NULL, task->bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (share == MAP_FAILED)
		die("mmap");
	/* One fault per 4 KiB page, as in the model. Kernels without huge pages refuse: fine. */
	madvise(share, task->bytes, MADV_NOHUGEPAGE);
	for (size_t at = 0; at < touched_bytes; at += page_bytes) {
		*(volatile unsigned *)(share + at) = 1;
		atomic_store_explicit(&task->faults, task->faults + 1, memory_order_relaxed);
		if (atomic_load_explicit(&stop, memory_order_relaxed))
			break;
	}
	if (munmap(share, task->bytes) != 0)
		die("munmap");
	task->passes++;
}

static void *run(void *argument)
{
	struct task *task = argument;

	/* A shorter first pass spreads the threads, so that one's munmap meets the others' faults. */
	map_touch_unmap(task, task->bytes_of_first_pass);
	while (!atomic_load_explicit(&stop, memory_order_relaxed))
		map_touch_unmap(task, task->bytes);
	return NULL;
}

static unsigned long total_faults(int threads)
{
	unsigned long sum = 0;
	for (int i = 0; i < threads; i++)
		sum += atomic_load_explicit(&tasks[i].faults, memory_order_relaxed);
	return sum;
}

static long minor_faults(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

static double now_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec * 1e-9;
}

static void sleep_seconds(double seconds)
{
	struct timespec left = { .tv_sec = (time_t)seconds };
	left.tv_nsec = (long)((seconds - left.tv_sec) * 1e9);
	nanosleep(&left, NULL);
}

int main(int argc, char **argv)
{
	int threads = argc == 4 ? atoi(argv[1]) : 0;
	size_t bytes = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;
	double seconds = argc == 4 ? atof(argv[3]) : 0;

	page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	if (threads < 1 || threads > THREADS_MAX || bytes < page_bytes || seconds <= 0) {
		fprintf(stderr, "usage: fault-munmap THREADS BYTES_PER_THREAD SECONDS\n");
		return 2;
	}
	for (int i = 0; i < threads; i++) {
		tasks[i].bytes = bytes;
		tasks[i].bytes_of_first_pass = bytes / threads * (i + 1);
		if (pthread_create(&tasks[i].thread, NULL, run, &tasks[i]) != 0)
			die("pthread_create");
	}
	for (int i = 0; i < threads; i++)
		while (tasks[i].passes < WARM_UP_PASSES)
			sleep_seconds(0.01);
	double began = now_seconds();
	unsigned long faults = total_faults(threads);
	long minor = minor_faults();
	sleep_seconds(seconds);
	double took = now_seconds() - began;
	faults = total_faults(threads) - faults;
	minor = minor_faults() - minor;
	atomic_store(&stop, 1);
	for (int i = 0; i < threads; i++)
		pthread_join(tasks[i].thread, NULL);
	printf("{\"faultsPerSecond\": %.0f, \"faults\": %lu, \"minorFaults\": %ld, \"seconds\": %.6f}\n",
	       faults / took, faults, minor, took);
	return 0;
}
