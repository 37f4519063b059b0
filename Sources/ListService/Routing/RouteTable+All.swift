// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import StrictJSON

extension RouteTable {
  /// Every route of the service.
  static func all(_ context: ServiceContext) -> RouteTable {
    var routes = ListResource(context: context).routes
    routes += ChangesResource(context: context).routes
    routes += SignatureResource(context: context).routes
    routes += RepositoryResource(context: context).routes
    routes += SubmissionResource(context: context).routes
    routes += ReviewResource(context: context).routes
    routes += ApprovalResource(context: context).routes
    routes += DueResource(context: context).routes
    routes += ClaimResource(context: context).routes
    routes += PanelResource(context: context).routes
    routes += InformationResource(context: context).routes
    routes += EntryResource(context: context).routes
    routes += AppealResource(context: context).routes
    routes += AppealOfficeResource(context: context).routes
    routes += AppealFormResource(context: context).routes
    routes += ReleaseResource(context: context).routes
    routes += ReceiptResource(context: context).routes
    routes += KeyResource(context: context).routes
    routes += TargetsResource(context: context).routes
    routes += PeopleResource(context: context).routes
    routes += AgencyKeyResource(context: context).routes
    routes += CredentialResource(context: context).routes
    routes += OwnCredentialResource(context: context).routes
    routes += GuardResource(context: context).routes
    routes += AuditResource(context: context).routes
    routes += ProblemResource().routes
    routes += HealthResource(context: context).routes
    let described = routes + [OpenAPIResource.route(describing: [])]
    let document = OpenAPIDocument(described).json.encoded()
    return RouteTable(routes + [OpenAPIResource.route(describing: document)])
  }
}
