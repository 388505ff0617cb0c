//go:build cgo && (linux || freebsd)

// The gate through which every call of this program into libpcsclite goes,
// piv-go's calls too: the linker puts the __wrap_ functions before the library's
// own, which are then called __real_ (its flags are in scard_cgo.go). It is here
// and not in Go because what it guards is the library's: one set of lists for a
// process, whoever calls.
//
// libpcsclite keeps a list of contexts, and in each a list of its card handles.
// It lets threads with contexts of their own call side by side, and locks too
// little for that: 1.9.9, and 2.3.3 still, but for the table (winscard_clnt.c).
//
//	SCardTransmit, SCardBeginTransaction, SCardEndTransaction, SCardDisconnect
//	    at the beginning walk contexts and their handles, with the lock of the
//	    list of contexts
//	SCardEstablishContext, SCardReleaseContext
//	    write that list with the same lock; the latter frees context and handles
//	SCardConnect
//	    at the end writes its context's list of handles, without that lock
//	SCardDisconnect
//	    at the end walks contexts and handles once more, and writes its
//	    context's list of handles, without that lock
//	SCardListReaders, SCardGetStatusChange
//	    fill and read one table of readers, without a lock
//
// So a program dies when SCardDisconnect, for one reader, comes upon a context
// that is being freed, of another.
//
// Calls that use a handle without changing the lists pass the gate together, all
// others alone. A reader that hangs, or waits for a touch, must not keep others
// from theirs. Therefore a call that lasts long ceases to count, as it has looked
// up its handle long since, and nobody waits for long. What is left is the race
// of a call that writes when it has ceased to count.

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include <PCSC/winscard.h>

// In milliseconds.
enum {
	ALONE = 1000,    // how long a call counts that changes the lists, perhaps at its end
	TOGETHER = 250,  // how long one counts that looks up its handle at its beginning
	PATIENCE = 1000, // how long a call waits at most
	TICK = 10        // how often it looks at the time meanwhile
};

// A pass is one call, from its arrival to its return.
struct pass {
	bool alone;
	bool inside;
	long long until;   // when it ceases to count, if it is inside
	struct pass *next; // who arrived after it
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; // of all below
static pthread_cond_t left;
static struct pass *first;

// The clock on the wall may be set meanwhile.
static void make_left(void)
{
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&left, &attr);
	pthread_condattr_destroy(&attr);
}

static long long now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

// blocked says whether somebody who arrived before is in the way.
static bool blocked(const struct pass *mine)
{
	for (const struct pass *p = first; p != mine; p = p->next)
		if ((p->alone || mine->alone) && (!p->inside || now() < p->until))
			return true;
	return false;
}

// wait_until waits until somebody leaves, or for the time.
static void wait_until(long long when)
{
	struct timespec t = {when / 1000, when % 1000 * 1000000};
	pthread_cond_timedwait(&left, &mutex, &t);
}

// enter waits for its turn, in the order of arrival.
static void enter(struct pass *mine, bool alone)
{
	*mine = (struct pass){.alone = alone};
	pthread_once(&once, make_left);
	pthread_mutex_lock(&mutex);
	struct pass **end = &first;
	while (*end != NULL)
		end = &(*end)->next;
	*end = mine;
	long long patience = now() + PATIENCE;
	while (blocked(mine) && now() < patience)
		wait_until(now() + TICK);
	mine->inside = true;
	mine->until = now() + (alone ? ALONE : TOGETHER);
	pthread_mutex_unlock(&mutex);
}

// leave returns what the call returned.
static LONG leave(const struct pass *mine, LONG rc)
{
	pthread_mutex_lock(&mutex);
	struct pass **p = &first;
	while (*p != mine)
		p = &(*p)->next;
	*p = mine->next;
	pthread_cond_broadcast(&left);
	pthread_mutex_unlock(&mutex);
	return rc;
}

// GATE makes the function that the linker puts before one of the library's.
#define GATE(name, parameters, arguments, alone)    \
	LONG __real_##name parameters;              \
	LONG __wrap_##name parameters;              \
	LONG __wrap_##name parameters               \
	{                                           \
		struct pass mine;                   \
		enter(&mine, alone);                \
		LONG rc = __real_##name arguments;  \
		return leave(&mine, rc);            \
	}

GATE(SCardEstablishContext, (DWORD scope, LPCVOID r1, LPCVOID r2, LPSCARDCONTEXT c), (scope, r1, r2, c), true)
GATE(SCardReleaseContext, (SCARDCONTEXT c), (c), true)
GATE(SCardListReaders, (SCARDCONTEXT c, LPCSTR groups, LPSTR names, LPDWORD n), (c, groups, names, n), true)
GATE(SCardGetStatusChange, (SCARDCONTEXT c, DWORD wait, SCARD_READERSTATE *s, DWORD n), (c, wait, s, n), true)
GATE(SCardConnect, (SCARDCONTEXT c, LPCSTR reader, DWORD share, DWORD protocols, LPSCARDHANDLE h, LPDWORD protocol),
	(c, reader, share, protocols, h, protocol), true)
GATE(SCardDisconnect, (SCARDHANDLE h, DWORD disposition), (h, disposition), true)

GATE(SCardBeginTransaction, (SCARDHANDLE h), (h), false)
GATE(SCardEndTransaction, (SCARDHANDLE h, DWORD disposition), (h, disposition), false)
GATE(SCardTransmit, (SCARDHANDLE h, const SCARD_IO_REQUEST *sent, LPCBYTE command, DWORD n,
	SCARD_IO_REQUEST *received, LPBYTE answer, LPDWORD m), (h, sent, command, n, received, answer, m), false)
