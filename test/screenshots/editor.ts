import type { Locator, Page } from 'playwright-core';
import type { Owner, SavedWorkflow } from '../n8n-host/N8nClient';

/** The window that every picture starts from, in pixels. */
export const WINDOW = { width: 1280, height: 800 };

/** Milliseconds that n8n takes at most to show something. The first page of a cold n8n takes about 8 s. */
const PATIENCE = 30_000;

/** A picture is taken again, after some milliseconds, until it is the same twice or has been taken that often. */
const BETWEEN_LOOKS = 250;
const MOST_LOOKS = 12;

const byTestId = (id: string) => `[data-test-id="${id}"]`;

/** n8n's editor, as a person uses it. */
export class Editor {
	constructor(
		readonly page: Page,
		private readonly url: string,
	) {
		page.setDefaultTimeout(PATIENCE);
	}

	async logIn({ email, password }: Owner): Promise<void> {
		await this.page.goto(`${this.url}/signin`);
		await this.page.fill('input[type=email]', email);
		await this.page.fill('input[type=password]', password);
		await this.find('form-submit-button').click();
		await this.page.waitForURL(({ pathname }) => pathname !== '/signin');
	}

	/** Shows the canvas with all of its nodes in view. */
	async openWorkflow({ id }: SavedWorkflow): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.find('canvas-node').first().waitFor();
	}

	/** Runs the open node and waits for its output. */
	async execute(): Promise<void> {
		await this.find('node-execute-button').first().click();
		await this.find('ndv-items-count').last().waitFor();
		await this.closeNotification();
	}

	/** Runs the open node, waits until it has failed. */
	async executeInVain(): Promise<void> {
		await this.find('node-execute-button').first().click();
		await this.find('node-error-message').waitFor();
		await this.closeNotification();
	}

	/** n8n's note of how an execution ended lies above the form. */
	private async closeNotification(): Promise<void> {
		await this.page.locator('.el-notification__closeBtn').click();
	}

	/** Opens the credential of the open node and waits until n8n has tested it. */
	async openCredential(): Promise<void> {
		await this.find('credential-edit-button').click();
		const success = this.find('credentials-config-container-test-success');
		await success.waitFor();
		// n8n tests it once more as the form appears, and shows a button without its text meanwhile.
		await success.locator('[aria-busy="true"], :disabled').waitFor({ state: 'detached' });
	}

	/** The window of an open credential. */
	get credential(): Locator {
		const form = this.find('credential-connection-parameter');
		return this.page.locator('.el-dialog').filter({ has: form });
	}

	/** The whole open node: its input, its form and its output. */
	get nodeView(): Locator {
		return this.find('ndv');
	}

	/** Double-clicks a node of the canvas and waits for its form. */
	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.parameters.waitFor();
	}

	/** Goes back to the canvas. */
	async closeNode(): Promise<void> {
		await this.find('ndv-close-button').click();
		await this.find('ndv').waitFor({ state: 'detached' });
	}

	/** The middle part of an open node: the tabs and the form below them. */
	get form(): Locator {
		return this.page.locator('.node-settings');
	}

	/** Opens the list of choices of a field in the open form. */
	async openList(field: string): Promise<void> {
		await this.clickArrow(field);
		await this.choices.first().waitFor();
	}

	/** Closes it without a choice. */
	async closeList(field: string): Promise<void> {
		await this.clickArrow(field);
		await this.choices.first().waitFor({ state: 'hidden' });
	}

	/** Not its middle, which may hold the button that takes a chosen value away. */
	private async clickArrow(field: string): Promise<void> {
		await this.find(`parameter-input-${field}`).locator('.el-input__suffix').first().click();
	}

	private get choices(): Locator {
		return this.page.locator('.el-select-dropdown__item').filter({ visible: true });
	}

	/** Saves what the part of the page looks like when the mouse is elsewhere and nothing changes any more. */
	async takePicture(part: Locator | Page, path: string): Promise<void> {
		await this.page.mouse.move(0, 0);
		let earlier: Buffer | undefined;
		for (let look = 0; look < MOST_LOOKS; look++) {
			const picture = await part.screenshot({ path, animations: 'disabled' });
			if (earlier?.equals(picture)) return;
			earlier = picture;
			await this.page.waitForTimeout(BETWEEN_LOOKS);
		}
	}

	private find(testId: string): Locator {
		return this.page.locator(byTestId(testId));
	}

	private get parameters(): Locator {
		return this.find('node-parameters');
	}

	private node(name: string): Locator {
		return this.page.locator(`${byTestId('canvas-node')}[data-node-name="${name}"]`);
	}

	/** Makes the window so high that nothing of the open form has to be scrolled into view. */
	async unfoldForm(): Promise<void> {
		const hidden = await this.parameters.evaluate(
			({ scrollHeight, clientHeight }) => scrollHeight - clientHeight,
		);
		await this.setHeight(WINDOW.height + hidden);
	}

	/** Makes the window as high as is said, in pixels. */
	async setHeight(height = WINDOW.height): Promise<void> {
		await this.page.setViewportSize({ ...WINDOW, height });
	}
}
