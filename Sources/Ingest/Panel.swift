// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

/// Marks a handle as a panel's.
public enum PanelKey {}
/// The handle of a panel.
public typealias PanelID = Handle<PanelKey>

/// A sub-group of the reviewers of one list. Its chair can require that the panel looks at a submission too.
public struct Panel: Hashable, Sendable {
  /// How many members it may have, the chair among them: one at least besides the chair, who gives the second look.
  public static let size = 2...100

  /// The handle.
  public let id: PanelID
  /// The name, as people write it.
  public let name: String
  /// Of which list.
  public let list: ListName
  /// Who may require a second look.
  public let chair: PrincipalID
  /// The members, the chair among them.
  public let members: Set<PrincipalID>

  /// A panel of these particulars; the chair is always a member.
  public init(id: PanelID, name: String, list: ListName, chair: PrincipalID, members: Set<PrincipalID>) {
    self.id = id
    self.name = name
    self.list = list
    self.chair = chair
    self.members = members.union([chair])
  }
}
