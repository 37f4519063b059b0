// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Commands
private import Glibc

exit(CordonProgram.run(Array(CommandLine.arguments.dropFirst())))
