// The C library's own account of what it has given out: Swift's module of it leaves this header out.
#include <malloc.h>
