// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Commands
private import Glibc

// Nothing is undone: what libraries do at an exit takes away locks that a thread in its last work still needs.
_exit(CordonProgram.run(Array(CommandLine.arguments.dropFirst())))
