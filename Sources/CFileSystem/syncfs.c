#define _GNU_SOURCE
#include "CFileSystem.h"
#include <unistd.h>

int halfhour_syncfs(int descriptor) { return syncfs(descriptor); }
