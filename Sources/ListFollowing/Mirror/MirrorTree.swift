// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials
private import Glibc

/// A mirror's directory: `states/N` with the files of one published state each, and `current`, a symbolic link to one of them.
///
/// A state is written and flushed under another name before the link is replaced by rename(2), so whoever opens a file below
/// `current` finds the old state or the new one. Files that both have are one file with two names. The state before the one
/// served stays until the next, for a look-up that is under way.
struct MirrorTree {
  let path: String
  private let files = LocalFileSystem()

  private var states: String { path + "/states" }
  private var building: String { states + "/.new" }
  private var link: String { path + "/current" }

  /// The number of the state served, nil before the first.
  func current() throws(FileFault) -> Int? {
    let target: String
    do { target = try FileManager.default.destinationOfSymbolicLink(atPath: link) } catch {
      if !FileManager.default.fileExists(atPath: link) { return nil }
      throw FileFault(operation: "read", path: link, reason: "\(error)")
    }
    return Int(target.dropFirst("states/".count))
  }

  /// The paths of a state's files, relative to it.
  func paths(of state: Int) throws(FileFault) -> [String] {
    let root = states + "/\(state)"
    do {
      return try FileManager.default.subpathsOfDirectory(atPath: root).filter {
        try files.stamp(ofFile: root + "/" + $0) != nil
      }
    } catch {
      throw FileFault(operation: "read", path: root, reason: "\(error)")
    }
  }

  /// The bytes of a state's file.
  func read(_ file: String, of state: Int) throws(FileFault) -> [UInt8]? {
    try files.read(states + "/\(state)/" + file, maximumOctets: StateDirectory.maximumListOctets)
  }

  /// Begins a new state, dropping one that was begun and not finished.
  func begin() throws(FileFault) {
    try remove(building)
    try files.makeDirectory(building)
  }

  /// Puts a file into the state begun.
  func write(_ octets: [UInt8], as file: String) throws(FileFault) {
    let path = building + "/" + file
    try files.makeDirectory(directoryPart(of: path))
    try files.write(octets, to: path, like: FileStamp(permissions: 0o640))
  }

  /// Takes a file of an earlier state into the state begun.
  func keep(_ file: String, of state: Int) throws(FileFault) {
    let new = building + "/" + file
    try files.makeDirectory(directoryPart(of: new))
    let old = states + "/\(state)/" + file
    guard unsafe Glibc.link(old, new) == 0 else { throw fault("link", new) }
  }

  /// Has the state begun served from now on.
  func publish(over earlier: Int?) throws(FileFault) {
    let number = (earlier ?? 0) + 1
    try synchronizeAll(below: building)
    let state = states + "/\(number)"
    // Left by an interruption between the renaming and the link: nobody has been shown it.
    try remove(state)
    try files.rename(building, to: state)
    try files.synchronize(directory: states)
    let newLink = link + ".new"
    try files.remove(newLink)
    guard unsafe symlink("states/\(number)", newLink) == 0 else { throw fault("link", newLink) }
    try files.rename(newLink, to: link)
    try files.synchronize(directory: path)
    try prune(except: [number, earlier ?? number])
  }

  private func prune(except kept: Set<Int>) throws(FileFault) {
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: states) } catch {
      throw FileFault(operation: "read", path: states, reason: "\(error)")
    }
    for name in names {
      if let number = Int(name), !kept.contains(number) { try remove(states + "/" + name) }
    }
  }

  private func synchronizeAll(below directory: String) throws(FileFault) {
    var directories: Set<String> = [directory]
    do {
      for path in try FileManager.default.subpathsOfDirectory(atPath: directory) {
        directories.insert(directoryPart(of: directory + "/" + path))
      }
    } catch {
      throw FileFault(operation: "read", path: directory, reason: "\(error)")
    }
    // A folder of folders alone has no file in it.
    for each in directories { directories.formUnion(ancestors(of: each, below: directory)) }
    for each in directories { try files.synchronize(directory: each) }
  }

  private func ancestors(of path: String, below top: String) -> [String] {
    var found: [String] = []
    var path = path
    while path.utf8.count > top.utf8.count {
      path = directoryPart(of: path)
      found.append(path)
    }
    return found
  }

  private func remove(_ directory: String) throws(FileFault) {
    guard FileManager.default.fileExists(atPath: directory) else { return }
    do { try FileManager.default.removeItem(atPath: directory) } catch {
      throw FileFault(operation: "remove", path: directory, reason: "\(error)")
    }
  }

  private func fault(_ operation: String, _ path: String) -> FileFault {
    FileFault(operation: operation, path: path, reason: systemReason(errno))
  }
}

extension LocalFileSystem {
  /// Examines a file, nil for what is none (a directory).
  fileprivate func stamp(ofFile path: String) throws(FileFault) -> FileStamp? {
    var isDirectory = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory else {
      return nil
    }
    return try stamp(of: path)
  }
}
