/** A tag of a key pair. */
export interface Tag {
  readonly key: string
  readonly value: string
}

/** A stored key pair. The private key is never stored. */
export interface KeyPair {
  readonly keyId: string
  readonly keyName: string
  readonly projectId: number
  readonly description: string
  /** One OpenSSH line, comment included. */
  readonly publicKey: string
  readonly createdTime: Date
  /** Whether a custom image uses it, which forbids deleting it. */
  readonly usedByImage: boolean
  /** The ids of the instances that it is bound to, in ascending order. */
  readonly associatedInstanceIds: readonly string[]
  readonly tags: readonly Tag[]
  /** Increases with each key pair that is stored. */
  readonly sequence: number
}

/** A key pair to be stored. No two of its tags have the same key. */
export interface NewKeyPair
  extends Pick<KeyPair, 'keyName' | 'projectId' | 'createdTime'>,
    Partial<Pick<KeyPair, 'description' | 'usedByImage' | 'tags'>> {
  /** An id for the account's key pair with this number. When it is taken, it is called again with the next `attempt`. */
  newKeyId(number: number, attempt: number): string
  /** `ssh-rsa` and the base64 blob; the store adds the comment. */
  readonly publicKey: string
  /** Whether the emulator generated the key, which `createCount` counts. */
  readonly generated?: boolean
  /** The number in its comment; by default the next number of the account. */
  readonly comment?: number
}

/** A project of an account. */
export interface Project {
  readonly projectId: number
  readonly projectName: string
  readonly projectInfo: string
  readonly createdTime: Date
}

/** What a starting state may say about an instance; binding key pairs does not need it. */
export interface InstanceDetails {
  readonly privateIpAddresses?: readonly string[]
  readonly publicIpAddresses?: readonly string[]
  readonly imageId?: string
  readonly instanceType?: string
  readonly tags?: readonly Tag[]
}

/** A cloud server, with the properties that binding key pairs needs. */
export interface Instance extends InstanceDetails {
  readonly instanceId: string
  readonly instanceName: string
  readonly instanceState: InstanceState
  readonly osName: string
  readonly projectId: number
  readonly region: string
  readonly zone: string
  readonly createdTime: Date
  readonly latestOperation: string
  /** The time at which the latest operation ends. */
  readonly operationEnds: Date
  /** The ids of the key pairs bound to it, in the order of the request. */
  readonly keyIds: readonly string[]
}

/** The states that a cloud server can be in. */
export const instanceStates = [
  'PENDING',
  'LAUNCH_FAILED',
  'RUNNING',
  'STOPPED',
  'STARTING',
  'STOPPING',
  'REBOOTING',
  'SHUTDOWN',
  'TERMINATING',
  'ENTER_RESCUE_MODE',
  'RESCUE_MODE',
  'EXIT_RESCUE_MODE',
  'ENTER_SERVICE_LIVE_MIGRATE',
  'SERVICE_LIVE_MIGRATE',
  'EXIT_SERVICE_LIVE_MIGRATE',
] as const
export type InstanceState = (typeof instanceStates)[number]
