#pragma once

/// Has the disk keep everything that was written to the file system of an open file: Linux's syncfs(2), which Swift's
/// Glibc module does not show. Returns 0, or -1 with errno set.
int halfhour_syncfs(int descriptor);
