// The types and values that callers of the modules share.

@export()
@description('Settings of the app that may be left at the default of the code. Names, bounds and choices are those of shared/setting.ts; `npm run infra:check` compares them.')
@sealed()
type settings = {
  @description('The address where people change their password; the public origin by default.')
  PORTAL_URL: string?

  @description('Comma list of origins that get CORS.')
  PORTAL_ORIGINS: string?

  @minValue(15)
  @maxValue(64)
  PASSWORD_MIN_LENGTH: int?

  @minValue(0)
  @maxValue(24)
  PASSWORD_HISTORY: int?

  @minValue(10)
  @maxValue(15)
  BCRYPT_COST: int?

  BCRYPT_ENGINE: ('auto' | 'native' | 'bcryptjs')?

  @minValue(1)
  @maxValue(2592000)
  TEMPORARY_PASSWORD_TTL_SECONDS: int?

  @minValue(60)
  @maxValue(86400)
  ACCESS_TOKEN_TTL_SECONDS: int?

  @minValue(1)
  @maxValue(3600)
  CHANGE_TOKEN_TTL_SECONDS: int?

  TOKEN_AUDIENCE: string?

  @minValue(1)
  @maxValue(20)
  SIGN_IN_FREE_ATTEMPTS: int?

  @minValue(5)
  @maxValue(1000000)
  @description('The mails that the mail provider takes in an hour.')
  MAIL_PER_HOUR: int?

  @description('An OpenTelemetry collector, reached by OTLP over HTTP.')
  OTEL_EXPORTER_OTLP_ENDPOINT: string?
}

@export()
@description('The access to a resource that keeps data: by every holder of a role, or from the network of the app and from some addresses only.')
type exposure = {
  @description('The subnet of private endpoints; empty: the public address, with a role.')
  endpointSubnetId: string

  @description('The network whose names are resolved to private endpoints; empty without one.')
  networkId: string

  @description('IPv4 addresses or ranges of operators that reach the public address all the same.')
  operatorAddresses: string[]
}

@export()
@description('Built-in roles by their ids, which are the same in every cloud.')
var roleIds = {
  blobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  secretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  emailOwner: '09976791-48a7-449e-bb21-39d1a415f350'
}
