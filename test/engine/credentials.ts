import './environment';
import { getAdditionalKeys } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentials,
	ICredentialsExpressionResolveValues,
	ICredentialType,
	IExecuteData,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INode,
	INodeCredentialsDetails,
	INodeParameters,
	INodeProperties,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { ICredentialsHelper, isExpression, NodeHelpers } from 'n8n-workflow';

/**
 * Credentials as n8n keeps them, without the database. Authentication and renewal follow n8n's own
 * helper: renewal runs when the expirable field is empty or the last request was answered with 401.
 */
export class EngineCredentials extends ICredentialsHelper {
	constructor(
		private readonly types: Map<string, ICredentialType>,
		readonly stored: Map<string, ICredentialDataDecryptedObject>,
	) {
		super();
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.types.get(typeName)!;
		if (typeof authenticate !== 'function') throw new Error(`${typeName} is not a function`);
		return await authenticate(credentials, request);
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		_node: INode,
		credentialsExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const type = this.types.get(typeName)!;
		const expirable = type.properties.find(({ typeOptions }) => typeOptions?.expirable);
		if (!expirable || !type.preAuthentication) return undefined;
		if (credentials[expirable.name] !== '' && !credentialsExpired) return undefined;
		const renewed = await this.runPreAuthentication(helpers, credentials, typeName);
		this.keep(typeName, expirable.name, renewed);
		return Object.assign(credentials, renewed);
	}

	/** n8n writes what was renewed into its database, but never over an expression that a person has entered. */
	private keep(
		typeName: string,
		expirable: string,
		renewed: ICredentialDataDecryptedObject = {},
	): void {
		const stored = this.stored.get(typeName) ?? {};
		const changes = Object.entries(renewed).filter(
			([name]) => name === expirable || !isExpression(stored[name]),
		);
		this.stored.set(typeName, { ...stored, ...Object.fromEntries(changes) });
	}

	async runPreAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const { preAuthentication } = this.types.get(typeName)!;
		const renewed = await preAuthentication?.call(helpers, credentials);
		return renewed as ICredentialDataDecryptedObject | undefined;
	}

	/** As n8n does: the expressions in the fields are those of the item, or of no item where there is none. */
	async getDecrypted(
		additionalData: IWorkflowExecuteAdditionalData,
		_nodeCredentials: INodeCredentialsDetails,
		typeName: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw?: boolean,
		item?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const stored = (this.stored.get(typeName) ?? {}) as INodeParameters;
		// n8n fills in defaults, and leaves out what no field of the type shows.
		const fields = NodeHelpers.getNodeParameters(
			this.getCredentialsProperties(typeName),
			stored,
			true,
			false,
			null,
			null,
		) as ICredentialDataDecryptedObject;
		if (raw || !item) return fields;
		return item.workflow.expression.getParameterValue(
			fields as INodeParameters,
			item.runExecutionData,
			item.runIndex,
			item.itemIndex,
			item.node.name,
			item.connectionInputData,
			mode,
			getAdditionalKeys(additionalData, mode, null, { isCredential: true }),
			executeData,
			false,
			fields as INodeParameters,
		) as ICredentialDataDecryptedObject;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new Error('The engine reads decrypted credentials only');
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}

	getCredentialsProperties(typeName: string): INodeProperties[] {
		return this.types.get(typeName)!.properties;
	}
}
