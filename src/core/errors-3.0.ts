/** The sentence of the real service about too many calls (docs/behaviour.md#rate-limit). */
export const requestLimitText = (calls: number, limit: number, per: string): string =>
  `Your current request times equals to \`${calls}\` in a ${per}, which exceeds the frequency limit \`${limit}\` for a ${per}. Please reduce the frequency of calls.`

/**
 * The codes that only 3.0 has, with their texts. Where an answer of the real service is on record, its wording is used
 * (docs/behaviour.md#message-texts).
 */
export const textsOf30 = {
  ActionOffline: 'The action is offline.',
  'AuthFailure.InvalidAuthorization': 'The request `Authorization` header does not conform to tencentcloud standards.',
  'AuthFailure.InvalidSecretId': 'The SecretId does not belong to an API key.',
  'AuthFailure.MFAFailure': 'The MFA code is missing or wrong.',
  'AuthFailure.SecretIdNotFound': 'The SecretId is not found, please ensure that your SecretId is correct.',
  'AuthFailure.SignatureExpire':
    'Signature expired. Please use local time and enable NTP service for time synchronization to avoid a deviation between `Timestamp` and the server time {value}.',
  'AuthFailure.SignatureFailure':
    'The provided credentials could not be validated. Please check your signature is correct.',
  'AuthFailure.TokenFailure': 'The temporary token is wrong.',
  'AuthFailure.UnauthorizedOperation':
    'You are not authorized to perform this operation. Check your CAM policies, and ensure that you are using the correct access keys.',
  DryRunOperation: 'The request would have succeeded, but it is a dry run.',
  FailedOperation: 'The operation failed.',
  InvalidAction: 'The request action=`{value}` is invalid or not found in service=`{service}` and version=`{version}`.',
  InvalidRequest: 'The multipart body of the request is malformed.',
  IpInBlacklist: 'The IP address of the caller is on the blacklist.',
  IpNotInWhitelist: 'The IP address of the caller is not on the whitelist.',
  LimitExceeded: 'A quota is exceeded.',
  NoSuchProduct: 'The product does not exist.',
  NoSuchVersion: 'The specified api version=`{value}` does not exist in service=`{service}`.',
  // The documented limit is 10 calls per second
  RequestLimitExceeded: requestLimitText(11, 10, 'second'),
  'RequestLimitExceeded.GlobalRegionUinLimitExceeded': 'The account exceeds its request limit for all regions.',
  'RequestLimitExceeded.IPLimitExceeded': 'The IP address exceeds its request limit.',
  'RequestLimitExceeded.UinLimitExceeded': 'The account exceeds its request limit.',
  RequestSizeLimitExceeded: 'The request is too large.',
  ResourceInUse: 'The specified resource `{value}` is already in use.',
  ResourceInsufficient: 'There are not enough resources.',
  ResourceNotFound: 'The resource does not exist.',
  ResourceUnavailable: 'The resource is unavailable.',
  ResponseSizeLimitExceeded: 'The response is too large.',
  ServiceUnavailable: 'The service is temporarily unavailable.',
  UnknownParameter: 'The parameter `{parameter}` is not recognized.',
  UnsupportedOperation: 'The operation is not supported.',
  UnsupportedProtocol: 'The protocol is not supported; use HTTPS.',
  UnsupportedRegion: 'The action not support this region.',

  'FailedOperation.DisassociateKeyPairFailed': 'The key pair could not be unbound.',
  'FailedOperation.TagKeyReserved': 'The tag key `{value}` is reserved.',
  'InvalidParameterValue.InstanceIdMalformed': 'The instance id `{value}` is malformed.',
  // The same text as InvalidKeyPair.NotSupported, its code in 2017-03-12
  'InvalidParameterValue.KeyPairNotSupported': 'The request does not support the key pair `{value}`',
  'LimitExceeded.TagResourceQuota': 'The number of resources under a tag exceeds the limit.',
  'MutexOperation.TaskRunning': 'Mutex task is running, please try later.',
  'OperationDenied.InstanceOperationInProgress':
    'The instance `{values}` already has operation in progress. Please try again later.',
  'UnauthorizedOperation.InvalidToken': 'The token is not valid.',
  'UnauthorizedOperation.MFAExpired': 'The MFA code has expired.',
  'UnauthorizedOperation.MFANotFound': 'The MFA code is missing.',
  'UnsupportedOperation.InstanceOsWindows': 'The request does not support the Windows instance `{value}`.',
  'UnsupportedOperation.InstanceStateBanning': 'The instance `{value}` is banned.',
  'UnsupportedOperation.InstanceStateEnterRescueMode': 'The instance `{value}` is entering rescue mode.',
  'UnsupportedOperation.InstanceStateEnterServiceLiveMigrate': 'The instance `{value}` is being migrated.',
  'UnsupportedOperation.InstanceStateExitRescueMode': 'The instance `{value}` is leaving rescue mode.',
  'UnsupportedOperation.InstanceStateFreezing': 'The instance `{value}` is frozen.',
  'UnsupportedOperation.InstanceStateIsolating': 'The instance `{value}` is isolated.',
  'UnsupportedOperation.InstanceStatePending': 'The instance `{value}` is being created.',
  'UnsupportedOperation.InstanceStateRebooting': 'The instance `{value}` is rebooting.',
  'UnsupportedOperation.InstanceStateRescueMode': 'The instance `{value}` is in rescue mode.',
  'UnsupportedOperation.InstanceStateRunning': 'The instance `{value}` is running.',
  'UnsupportedOperation.InstanceStateShutdown': 'The instance `{value}` is shut down and will be destroyed.',
  'UnsupportedOperation.InstanceStateStarting': 'The instance `{value}` is starting.',
  'UnsupportedOperation.InstanceStateStopping': 'The instance `{value}` is stopping.',
  'UnsupportedOperation.InstanceStateTerminating': 'The instance `{value}` is being destroyed.',
  'UnsupportedOperation.StoppedModeStopCharging': 'The instance `{value}` is stopped and not charged.',
} as const satisfies Record<string, string>
