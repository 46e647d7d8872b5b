/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { join, relative } from 'node:path';
import ts from 'typescript';

/** A text of the code that a user may see. Each `…` stands for what is filled in. */
export interface UserText {
	text: string;
	/** Where the code has it. */
	place: string;
}

const ROOT = join(__dirname, '../../..');

/** Something that is filled in. */
const FILLED_IN = '…';

/** Two words at least: anything else is a code, a name or a state. A field may just be a number. */
const PROSE = /\p{L}{2,} \p{L}{2,}|^is …$/u;

/** What names a field is no sentence, and what is to be done stands beside a message, not for it. */
const NO_MESSAGES = ['displayName', 'name', 'remedy', 'facts'];

/** What these give is no sentence either, but the name or the state of a run. */
const VALUES = /runs\/run\/(run(Name|State|Summary|Type)|text)\.ts$/;

/** A text as it is looked for: without what is filled in at its ends. */
export const coreOf = (text: string): string =>
	text
		.replace(/…[\s:;,.]*…/g, FILLED_IN)
		.replace(/^[…\s:;,.]+|[…\s:;,.]+$/gu, '')
		.replace(/\s+/g, ' ');

const isOurs = ({ fileName }: ts.SourceFile) =>
	/^(nodes|credentials)\//.test(relative(ROOT, fileName));

function nodesOf(root: ts.Node): ts.Node[] {
	const nodes: ts.Node[] = [];
	const visit = (node: ts.Node) => {
		nodes.push(node);
		node.forEachChild(visit);
	};
	visit(root);
	return nodes;
}

type WithReturns = ts.FunctionLikeDeclaration & { body: ts.ConciseBody };

const hasBody = (node: ts.Node | undefined): node is WithReturns =>
	node !== undefined && ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;

/** What a function may give back. */
function returnsOf({ body }: WithReturns): ts.Expression[] {
	if (!ts.isBlock(body)) return [body];
	const returns: ts.Expression[] = [];
	const visit = (node: ts.Node) => {
		if (ts.isFunctionLike(node)) return;
		if (ts.isReturnStatement(node) && node.expression) returns.push(node.expression);
		node.forEachChild(visit);
	};
	visit(body);
	return returns;
}

/** Follows what a user may see of the code back to where its words are written. */
class TextFinder {
	private readonly checker: ts.TypeChecker;

	private readonly nodes: ts.Node[];

	private readonly calls = new Map<ts.Node, ts.CallExpression[]>();

	/** The values given to each property, by where it is declared. */
	private readonly given = new Map<ts.Node, ts.Expression[]>();

	private readonly seen = new Set<string>();

	private readonly texts: UserText[] = [];

	constructor(program: ts.Program) {
		this.checker = program.getTypeChecker();
		this.nodes = program.getSourceFiles().filter(isOurs).flatMap(nodesOf);
		for (const node of this.nodes) {
			if (ts.isCallExpression(node) || ts.isNewExpression(node)) this.noteCall(node);
			if (ts.isObjectLiteralExpression(node)) this.noteProperties(node);
		}
	}

	/** Everything that a user may see begins here. */
	find(): UserText[] {
		for (const node of this.nodes) for (const shown of this.shownBy(node)) this.follow(shown);
		return this.texts;
	}

	private shownBy(node: ts.Node): ts.Expression[] {
		if (ts.isNewExpression(node)) return this.isError(node) ? this.wordsOf(node.arguments) : [];
		if (ts.isCallExpression(node)) {
			const { expression } = node;
			const name = expression.getText();
			const isShown =
				/\blogger\.\w+$|\.addExecutionHints$/.test(name) ||
				(expression.kind === ts.SyntaxKind.SuperKeyword && this.isError(expression));
			return isShown ? this.wordsOf(node.arguments) : [];
		}
		if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
			return /\.message$/.test(node.left.getText()) ? [node.right] : [];
		}
		const isProperty = ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node);
		if (!isProperty || !this.isShownProperty(node)) return [];
		return [ts.isPropertyAssignment(node) ? node.initializer : node.name];
	}

	/** The verdict of a credential test, and what the editor says of a field. */
	private isShownProperty({ name, parent }: ts.ObjectLiteralElementLike): boolean {
		const type = this.checker.getContextualType(parent as ts.ObjectLiteralExpression);
		const types = type?.isUnion() ? type.types : [type];
		const isVerdict = types.some((one) => one?.symbol?.name === 'INodeCredentialTestResult');
		const key = name?.getText();
		return key === 'errorMessage' || (key === 'message' && isVerdict);
	}

	/** Errors have a stack, and their classes, as `super` is one, the function that captures it. */
	private isError(node: ts.Expression): boolean {
		const type = this.checker.getTypeAtLocation(node);
		return ['stack', 'captureStackTrace'].some((name) => type.getProperty(name) !== undefined);
	}

	/** The texts among arguments, and the messages in them. */
	private wordsOf(args: readonly ts.Expression[] = []): ts.Expression[] {
		return args.flatMap((arg) => {
			if (!ts.isObjectLiteralExpression(arg)) return this.isText(arg) ? [arg] : [];
			return arg.properties.flatMap((property) => {
				if (property.name?.getText() !== 'message') return [];
				if (ts.isPropertyAssignment(property)) return [property.initializer];
				return ts.isShorthandPropertyAssignment(property) ? [property.name] : [];
			});
		});
	}

	private isText(node: ts.Expression): boolean {
		const type = this.checker.getTypeAtLocation(node);
		const types = type.isUnion() ? type.types : [type];
		return types.some(({ flags }) => (flags & ts.TypeFlags.StringLike) !== 0);
	}

	private noteCall(call: ts.CallExpression | ts.NewExpression): void {
		const declaration = this.checker.getResolvedSignature(call)?.declaration;
		if (!declaration) return;
		this.calls.set(declaration, [
			...(this.calls.get(declaration) ?? []),
			call as ts.CallExpression,
		]);
	}

	private noteProperties(literal: ts.ObjectLiteralExpression): void {
		const type = this.checker.getContextualType(literal);
		for (const property of literal.properties) {
			const isValue =
				ts.isPropertyAssignment(property) || ts.isShorthandPropertyAssignment(property);
			if (!isValue) continue;
			const value = ts.isPropertyAssignment(property) ? property.initializer : property.name;
			const members = type && (type.isUnion() ? type.types : [type]);
			const symbols = members?.map((member) => member.getProperty(property.name.getText())) ?? [];
			for (const declaration of symbols.flatMap((symbol) => symbol?.declarations ?? [])) {
				this.given.set(declaration, [...(this.given.get(declaration) ?? []), value]);
			}
		}
	}

	/** @param index which element is meant, where the expression gives several */
	private follow(node: ts.Expression, index?: number): void {
		const key = `${node.getSourceFile().fileName} ${node.pos} ${node.end} ${index}`;
		if (this.seen.has(key) || VALUES.test(node.getSourceFile().fileName)) return;
		this.seen.add(key);
		const next = (other: ts.Expression) => this.follow(other, index);
		if (ts.isStringLiteralLike(node)) this.add(node, node.text);
		else if (ts.isTemplateExpression(node)) this.followTemplate(node);
		else if (ts.isArrayLiteralExpression(node)) {
			const element = index === undefined ? undefined : node.elements[index];
			(element ? [element] : node.elements).forEach((each) => this.follow(each));
		} else if (
			ts.isParenthesizedExpression(node) ||
			ts.isAsExpression(node) ||
			ts.isNonNullExpression(node)
		)
			next(node.expression);
		else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(next);
		else if (ts.isBinaryExpression(node)) [node.left, node.right].forEach(next);
		else if (ts.isAwaitExpression(node)) next(node.expression);
		else if (ts.isCallExpression(node)) {
			const declaration = this.checker.getResolvedSignature(node)?.declaration;
			if (hasBody(declaration)) returnsOf(declaration).forEach(next);
			else if (ts.isPropertyAccessExpression(node.expression))
				this.follow(node.expression.expression);
		} else if (ts.isElementAccessExpression(node)) this.followTable(node.expression);
		else if (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) {
			const symbol = ts.isShorthandPropertyAssignment(node.parent)
				? this.checker.getShorthandAssignmentValueSymbol(node.parent)
				: this.checker.getSymbolAtLocation(node);
			this.followSymbol(symbol, index);
		}
	}

	private followSymbol(symbol: ts.Symbol | undefined, index?: number): void {
		const aliased =
			symbol && symbol.flags & ts.SymbolFlags.Alias
				? this.checker.getAliasedSymbol(symbol)
				: symbol;
		if (!aliased || NO_MESSAGES.includes(aliased.name)) return;
		for (const declaration of aliased.declarations ?? []) {
			if (ts.isBindingElement(declaration)) this.followBinding(declaration);
			else if (ts.isParameter(declaration)) this.followParameter(declaration);
			else if (ts.isVariableDeclaration(declaration) && declaration.initializer)
				this.follow(declaration.initializer, index);
			else if (ts.isPropertyAssignment(declaration)) this.follow(declaration.initializer, index);
			for (const value of this.given.get(declaration) ?? []) this.follow(value, index);
		}
	}

	/** Any of the texts in a table may be meant. */
	private followTable(table: ts.Expression): void {
		const { valueDeclaration } = this.checker.getSymbolAtLocation(table) ?? {};
		const isVariable = valueDeclaration && ts.isVariableDeclaration(valueDeclaration);
		const value = isVariable ? valueDeclaration.initializer : undefined;
		if (!value || !ts.isObjectLiteralExpression(value)) return;
		for (const property of value.properties) {
			if (ts.isPropertyAssignment(property)) this.follow(property.initializer);
		}
	}

	private followBinding(element: ts.BindingElement): void {
		const { parent } = element;
		if (ts.isArrayBindingPattern(parent)) {
			const { initializer } = parent.parent as ts.VariableDeclaration;
			if (initializer) this.follow(initializer, parent.elements.indexOf(element));
			return;
		}
		const name = (element.propertyName ?? element.name).getText();
		this.followSymbol(this.checker.getTypeAtLocation(parent).getProperty(name));
	}

	private followParameter(parameter: ts.ParameterDeclaration): void {
		const owner = parameter.parent;
		const position = owner.parameters.indexOf(parameter);
		const declarations: ts.Node[] = [owner];
		if (ts.isArrowFunction(owner)) {
			// As a value it is called by the name that its type has for it.
			const type = this.checker.getContextualType(owner)?.getNonNullableType();
			const signatures = type?.getCallSignatures() ?? [];
			declarations.push(...signatures.flatMap(({ declaration }) => declaration ?? []));
		}
		for (const call of declarations.flatMap((declaration) => this.calls.get(declaration) ?? [])) {
			const argument = call.arguments?.[position];
			if (argument) this.follow(argument);
		}
	}

	private followTemplate(template: ts.TemplateExpression): void {
		const text = this.textOf(template);
		this.add(template, text);
		// What a function gives is a name, a time or a state, unless it is all there is.
		const isWhole = !PROSE.test(text);
		for (const { expression } of template.templateSpans) {
			const isFollowed = isWhole || !ts.isCallExpression(expression);
			if (isFollowed && this.constantOf(expression) === undefined) this.follow(expression);
		}
	}

	private textOf({ head, templateSpans }: ts.TemplateExpression): string {
		const parts = templateSpans.map(
			({ expression, literal }) => (this.constantOf(expression) ?? FILLED_IN) + literal.text,
		);
		return head.text + parts.join('');
	}

	/** The text of a constant, which is part of the words. */
	private constantOf(node: ts.Expression): string | undefined {
		if (!ts.isIdentifier(node)) return undefined;
		const type = this.checker.getTypeAtLocation(node);
		if (type.isStringLiteral() || type.isNumberLiteral()) return String(type.value);
		const { valueDeclaration } = this.checker.getSymbolAtLocation(node) ?? {};
		const isVariable = valueDeclaration && ts.isVariableDeclaration(valueDeclaration);
		const value = isVariable ? valueDeclaration.initializer : undefined;
		return value && ts.isTemplateExpression(value) ? this.textOf(value) : undefined;
	}

	private add(node: ts.Node, whole: string): void {
		const text = coreOf(whole);
		if (!PROSE.test(whole) || text === '' || this.texts.some((other) => other.text === text))
			return;
		const file = node.getSourceFile();
		const { line } = file.getLineAndCharacterOfPosition(node.getStart());
		this.texts.push({ text, place: `${relative(ROOT, file.fileName)}:${line + 1}` });
	}
}

/** Every text in the code of nodes and credentials that an error, a hint, a log or a test of a credential shows. */
export function userTexts(): UserText[] {
	const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile) as {
		config: unknown;
	};
	const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
	return new TextFinder(ts.createProgram(fileNames, options)).find();
}
