// Generated from the schema of the launch file by `npm run generate`. Do not edit.

/** One model, its contract and how it is deployed, watched, rolled out and rolled back. */
export interface LaunchFile {
  /** The version of the launch file format. This Slipway reads format 1. */
  readonly slipway: 1;
  /** The name of the model, the same for all its versions. It stands in URLs, metrics and the registry, so it is short and in lower case. */
  readonly model: string;
  /** The version of the model and of this file, by Semantic Versioning. A version is immutable: any change of the launch file or the artifact is a new version. */
  readonly version: string;
  /** The model file in ONNX format, as a path relative to this file. */
  readonly artifact: string;
  /** SHA-256 of the artifact. Where it is given, Slipway refuses any other file; where it is absent, the registry adds it. */
  readonly digest?: string;
  /** Records with the outputs that the model must give for them, as a path relative to this file. Checked each time the model is loaded. */
  readonly golden?: string;
  /** Who answers for this model when it misbehaves. */
  readonly owner?: RawOwner;
  /** How the model is deployed first of all: batch scores files and tables, online answers requests, streaming scores events as they arrive, embedded runs on the device. Choose the simplest that satisfies the need; the file may configure others too. */
  readonly pattern?: "batch" | "online" | "streaming" | "embedded";
  /** Why this pattern, and not a simpler one, satisfies the need. */
  readonly why?: string;
  /** The features by name, in the order in which the model takes them. A model with one matrix input and one with an input for each column are written the same. */
  readonly input: Readonly<Record<string, RawFeature>>;
  /** The field that names the thing a prediction is about. Accepted in every pattern, logged, hashed to assign variants, and never given to the model. */
  readonly unit?: string;
  /** Fields that travel with a record and are logged, but are never given to the model. */
  readonly context?: readonly string[];
  /** The fields of an answer by name. The names model, version, prediction_id, thresholds, fallback and error are reserved: answers carry them already. */
  readonly output: Readonly<Record<string, RawOutputField>>;
  /** How many predictions are ordered and cut, for lists and recommendations. */
  readonly rank?: RawOrderAndCut;
  /** What users get when the model cannot answer: a constant, a rule on the inputs, or another version. The answer says that it is a fallback. Batch never falls back; it quarantines. */
  readonly fallback?: RawFallbackBehaviour;
  /** What users may rely on. Gates, rollouts and alerts judge the model by these. */
  readonly slo?: RawServiceLevelObjectives;
  /** What is watched once the model is live. */
  readonly monitoring?: RawMonitoring;
  /** The data that the launch gate evaluates the model on. */
  readonly evaluation?: RawEvaluation;
  /** How to get back when this version misbehaves. With no earlier version, the fallback serves. */
  readonly rollback?: RawRollbackProcedure;
  /** The steps by which a new version replaces the old one. */
  readonly rollout?: RawStagedRollout;
  /** How files are scored. `${NAME}` stands for an environment variable. */
  readonly batch?: RawBatch;
  /** Where events come from and go to; without it, standard input and output. `${NAME}` stands for an environment variable. */
  readonly streaming?: RawStreaming;
  /** What the module on the device must keep to. */
  readonly embedded?: RawEmbedded;
  /** The limits of the HTTP and gRPC service. */
  readonly online?: RawOnline;
}

/** The limits of the HTTP and gRPC service. */
export interface RawOnline {
  /** The longest time that a request may take; then the fallback answers, or an error. */
  readonly deadline?: string;
  /** The largest request body. */
  readonly body?: string;
  /** The greatest number of records in one request. */
  readonly records?: number;
  /** How many requests each caller may send. Without it there is no limit. */
  readonly rate?: string;
}

/** What the module on the device must keep to. */
export interface RawEmbedded {
  /** The largest size of the module, gzipped; a larger one fails the build. */
  readonly size?: string;
  /** The longest time from load to first prediction. */
  readonly cold_start?: string;
  /** The update channel that devices follow. */
  readonly channel?: string;
}

/** Where events come from and go to; without it, standard input and output. `${NAME}` stands for an environment variable. */
export interface RawStreaming {
  /** The topic or subject that events arrive on. */
  readonly from?: string;
  /** The topic or subject that predictions go to. */
  readonly to?: string;
  /** The topic or subject for events that cannot be scored, with the reason. */
  readonly dead_letter?: string;
  /** The field whose value is the key of a prediction; order is kept for each key. */
  readonly key?: string;
}

/** How files are scored. `${NAME}` stands for an environment variable. */
export interface RawBatch {
  /** The file to score (CSV, Parquet or NDJSON). */
  readonly input?: string;
  /** The file to write (CSV, Parquet or NDJSON). */
  readonly output?: string;
  /** When the job runs: five fields of cron, in UTC. */
  readonly schedule?: string;
  /** The share of rows that may break the input contract before the run fails. */
  readonly max_quarantine?: string | number;
}

/** The steps by which a new version replaces the old one. */
export interface RawStagedRollout {
  /** The steps in order. */
  readonly steps: readonly RawStep[];
  /** Whether a person must approve before the candidate becomes stable. */
  readonly approve?: boolean;
}

/** shadow runs the candidate silently; canary sends it a growing share; ab splits units and compares outcomes. */
export type RawStep = RawShadowStep | RawCanaryStep | RawAbStep;

/** Units are split between stable and candidate, and their outcomes compared. */
export interface RawAbStep {
  /** shadow runs the candidate silently; canary sends it a growing share; ab splits units and compares outcomes. */
  readonly kind: "ab";
  /** The share of units that the candidate answers. */
  readonly share: string | number;
  /** How long the step lasts at least. */
  readonly for: string;
  /** The outcome that is compared. */
  readonly metric: string;
}

/** A growing share of units is answered by the candidate. */
export interface RawCanaryStep {
  /** shadow runs the candidate silently; canary sends it a growing share; ab splits units and compares outcomes. */
  readonly kind: "canary";
  /** The share of units that the candidate answers, step by step, ascending. */
  readonly weights: readonly (string | number)[];
  /** How long each weight lasts at least. */
  readonly each: string;
}

/** The candidate sees a copy of real traffic; its predictions are logged and never used. */
export interface RawShadowStep {
  /** shadow runs the candidate silently; canary sends it a growing share; ab splits units and compares outcomes. */
  readonly kind: "shadow";
  /** The share of traffic that is copied. */
  readonly share: string | number;
  /** How long the step lasts at least. */
  readonly for: string;
}

/** How to get back when this version misbehaves. With no earlier version, the fallback serves. */
export interface RawRollbackProcedure {
  /** The version to go back to: `previous`, or its number. */
  readonly to?: string;
  /** What rolls this version back by itself. Drift never does: it pauses a rollout and alerts. */
  readonly when?: readonly ("slo_breach" | "contract_violation")[];
  /** What a person does to roll back, in words. Slipway never runs this text; a drill runs the operation of the registry. */
  readonly procedure?: string;
}

/** The data that the launch gate evaluates the model on. */
export interface RawEvaluation {
  /** Held-out records with their outcomes (CSV, Parquet or NDJSON), relative to this file. */
  readonly data: string;
  /** The column with what really happened. */
  readonly label: string;
  /** Context fields or features whose values cut the data into groups that are judged one by one. */
  readonly slices?: readonly string[];
}

/** What is watched once the model is live. */
export interface RawMonitoring {
  /** The metrics to watch: latency; errors; fallbacks; contract_violations (records refused, outputs out of range); quarantine (batch rows set aside); freshness; prediction_drift and feature_drift (against the reference); outcomes (predictions against what really happened). */
  readonly metrics: readonly ("latency" | "errors" | "fallbacks" | "contract_violations" | "quarantine" | "freshness" | "prediction_drift" | "feature_drift" | "outcomes")[];
  /** The profile of features and scores at training time that drift is measured against, relative to this file. */
  readonly reference?: string;
  /** Features, context fields or the unit whose values are never logged. */
  readonly redact?: readonly string[];
}

/** What users may rely on. Gates, rollouts and alerts judge the model by these. */
export interface RawServiceLevelObjectives {
  /** P(latency <= within) >= target: at least this share of predictions is answered in time. */
  readonly latency?: RawLatencyObjective;
  /** The share of predictions that must be answered without an error and without a fallback. */
  readonly availability?: RawAvailabilityObjective;
  /** How old predictions may be. Batch: the age of the last good run. Streaming: the age of an event when it is scored. */
  readonly freshness?: RawFreshnessObjective;
  /** The time over which the error budget is counted. */
  readonly window?: string;
  /** The load at which the launch gate must prove the objectives. */
  readonly load?: RawLoad;
}

/** The load at which the launch gate must prove the objectives. */
export interface RawLoad {
  /** How many requests arrive each second. */
  readonly requests_per_second: number;
  /** How many records each request holds. */
  readonly records?: number;
}

/** How old predictions may be. Batch: the age of the last good run. Streaming: the age of an event when it is scored. */
export interface RawFreshnessObjective {
  /** The age that counts as fresh. */
  readonly within: string;
  /** The share of time, or of events, that must be fresh. */
  readonly target: number | string;
}

/** The share of predictions that must be answered without an error and without a fallback. */
export interface RawAvailabilityObjective {
  /** The share of predictions that must be good. */
  readonly target: number | string;
}

/** P(latency <= within) >= target: at least this share of predictions is answered in time. */
export interface RawLatencyObjective {
  /** The latency that counts as good. */
  readonly within: string;
  /** The share of predictions that must be good. */
  readonly target: number | string;
}

/** What users get when the model cannot answer: a constant, a rule on the inputs, or another version. The answer says that it is a fallback. Batch never falls back; it quarantines. */
export type RawFallbackBehaviour = RawFallbackToAConstantOrToRules | RawFallbackToAnotherVersion;

/** Another version of this model answers. */
export interface RawFallbackToAnotherVersion {
  /** What the fallback answers for: an error of the model, a prediction that misses its deadline (timeout), too much load (overload). A model that was switched off is answered for whatever stands here. */
  readonly when?: readonly ("error" | "timeout" | "overload")[];
  /** The version that answers instead: `previous`, or its number. */
  readonly version: string;
}

/** Answers that need no model. */
export interface RawFallbackToAConstantOrToRules {
  /** What the fallback answers for: an error of the model, a prediction that misses its deadline (timeout), too much load (overload). A model that was switched off is answered for whatever stands here. */
  readonly when?: readonly ("error" | "timeout" | "overload")[];
  /** Tried in order; the first whose condition holds gives the answer, else `use` does. */
  readonly rules?: readonly RawRule[];
  /** A value for every output, used when no rule holds. */
  readonly use: Readonly<Record<string, number | string | boolean | null | readonly unknown[]>>;
}

/** A condition and the answer where it holds. */
export interface RawRule {
  /** A comparison of one feature: exactly one of below, at_least and equal. */
  readonly if: RawCondition;
  /** A value for every output. */
  readonly use: Readonly<Record<string, number | string | boolean | null | readonly unknown[]>>;
}

/** A comparison of one feature: exactly one of below, at_least and equal. */
export interface RawCondition {
  /** The feature to look at. */
  readonly field: string;
  /** Holds where the feature is less than this. */
  readonly below?: number;
  /** Holds where the feature is this or more. */
  readonly at_least?: number;
  /** Holds where the feature is exactly this. */
  readonly equal?: number | string | boolean;
}

/** How many predictions are ordered and cut, for lists and recommendations. */
export interface RawOrderAndCut {
  /** The numeric output to order by, highest first. */
  readonly by: string;
  /** The field whose values make the groups: one list for each. Without it all predictions make one list. */
  readonly within?: string;
  /** How many of each list to keep. Without it all are kept. */
  readonly top?: number;
}

/** A score or a label that the model gives, a decision that a threshold makes, or an array. */
export type RawOutputField = RawScore | RawLabel | RawDecision | RawArray;

/** All columns of one output of the model, as an array of fixed shape. */
export interface RawArray {
  /** An array of numbers. */
  readonly type: "array";
  /** The name of the ONNX output that the values are read from; `slipway inspect` lists them. */
  readonly from: string;
  /** The length of each dimension, without the one that counts records. */
  readonly shape: readonly number[];
  /** Whether the answer may be null, as a fallback may want it. */
  readonly nullable?: boolean;
  /** What the field means, for people; it appears in the OpenAPI document. */
  readonly description?: string;
}

/** True where a score reaches a threshold: `score >= at`, the same in every pattern. */
export interface RawDecision {
  /** A decision is a boolean. */
  readonly type: "boolean";
  /** The score to look at and the value from which on the decision is true. */
  readonly threshold: RawThreshold;
  /** Whether the answer may be null, as a fallback may want it. */
  readonly nullable?: boolean;
  /** What the field means, for people; it appears in the OpenAPI document. */
  readonly description?: string;
}

/** The score to look at and the value from which on the decision is true. */
export interface RawThreshold {
  /** The output field with the score. */
  readonly on: string;
  /** The decision is true where the score is at least this. Rounded once to the type of the score. */
  readonly at: number;
}

/** A class label, or a value that is true or false, as the model gives it. */
export interface RawLabel {
  /** string for a text label; boolean for an output that is true or false, or 1 or 0. */
  readonly type: "string" | "boolean";
  /** The name of the ONNX output that the values are read from; `slipway inspect` lists them. */
  readonly from: string;
  /** The class label whose column is meant, where the output has one column for each class. */
  readonly class?: number | string;
  /** The column of the output that is meant, from 0, where the output has no class labels. */
  readonly index?: number;
  /** The closed set of labels. */
  readonly enum?: readonly string[];
  /** Whether the answer may be null, as a fallback may want it. */
  readonly nullable?: boolean;
  /** What the field means, for people; it appears in the OpenAPI document. */
  readonly description?: string;
}

/** A number that the model gives. */
export interface RawScore {
  /** number for a score; integer for a count or an integer class label. */
  readonly type: "number" | "integer";
  /** The name of the ONNX output that the values are read from; `slipway inspect` lists them. */
  readonly from: string;
  /** The class label whose column is meant, where the output has one column for each class. */
  readonly class?: number | string;
  /** The column of the output that is meant, from 0, where the output has no class labels. */
  readonly index?: number;
  /** The least score that the contract allows; a smaller one is an error of the model. */
  readonly minimum?: number;
  /** The greatest score that the contract allows; a greater one is an error of the model. */
  readonly maximum?: number;
  /** The closed set of integer labels. */
  readonly enum?: readonly number[];
  /** Whether the answer may be null, as a fallback may want it. */
  readonly nullable?: boolean;
  /** What the field means, for people; it appears in the OpenAPI document. */
  readonly description?: string;
}

/** The type of one feature, the values it allows, and what to do when it is missing. */
export type RawFeature = RawNumberFeature | RawIntegerFeature | RawBooleanFeature | RawStringFeature | RawArrayFeature;

/** A tensor of numbers of fixed shape. */
export interface RawArrayFeature {
  /** The type of the value: number (read as float64 and rounded once to the type of the model), integer, boolean, string, or array (a tensor of fixed shape). */
  readonly type: "array";
  /** The length of each dimension, without the one that counts records. */
  readonly shape: readonly number[];
  /** What the elements are: number, or integer (token ids, pixels) for a model input that holds integers. A fraction is refused then. */
  readonly items?: "number" | "integer";
  /** The least value allowed. */
  readonly minimum?: number;
  /** The greatest value allowed. */
  readonly maximum?: number;
  /** Values must be greater than this. */
  readonly exclusiveMinimum?: number;
  /** Values must be less than this. */
  readonly exclusiveMaximum?: number;
  /** What the number counts, for people. */
  readonly unit?: string;
  /** What the field means, for people; it appears in the OpenAPI document. */
  readonly description?: string;
  /** What to do when the value is absent or null: `reject` the record, give the model its own missing value (`null`: NaN, or the empty text), or fill in the value that stands here. An array has no fill value. */
  readonly missing?: "reject" | null;
}

/** A text: one of a closed set of categories, or open. */
export interface RawStringFeature {
  /** The type of the value: number (read as float64 and rounded once to the type of the model), integer, boolean, string, or array (a tensor of fixed shape). */
  readonly type: "string";
  /** The closed set of texts allowed. Without it the text is open. */
  readonly enum?: readonly string[];
  /** The greatest length of an open text, in UTF-16 code units. */
  readonly maxLength?: number;
  /** What the field means, for people; it appears in the OpenAPI document. */
  readonly description?: string;
  /** What to do when the value is absent or null: `reject` the record, give the model its own missing value (`null`: NaN, or the empty text), or fill in the value that stands here. The text "reject" itself cannot be filled in. */
  readonly missing?: string | null;
}

/** A value that is true or false. */
export interface RawBooleanFeature {
  /** The type of the value: number (read as float64 and rounded once to the type of the model), integer, boolean, string, or array (a tensor of fixed shape). */
  readonly type: "boolean";
  /** What the field means, for people; it appears in the OpenAPI document. */
  readonly description?: string;
  /** What to do when the value is absent or null: `reject` the record, give the model its own missing value (`null`: NaN, or the empty text), or fill in the value that stands here. */
  readonly missing?: "reject" | null | boolean;
}

/** A whole number between -(2^53 - 1) and 2^53 - 1. */
export interface RawIntegerFeature {
  /** The type of the value: number (read as float64 and rounded once to the type of the model), integer, boolean, string, or array (a tensor of fixed shape). */
  readonly type: "integer";
  /** The least value allowed. */
  readonly minimum?: number;
  /** The greatest value allowed. */
  readonly maximum?: number;
  /** Values must be greater than this. */
  readonly exclusiveMinimum?: number;
  /** Values must be less than this. */
  readonly exclusiveMaximum?: number;
  /** What the number counts, for people. */
  readonly unit?: string;
  /** What the field means, for people; it appears in the OpenAPI document. */
  readonly description?: string;
  /** What to do when the value is absent or null: `reject` the record, give the model its own missing value (`null`: NaN, or the empty text), or fill in the value that stands here. */
  readonly missing?: "reject" | null | number;
}

/** A finite number. */
export interface RawNumberFeature {
  /** The type of the value: number (read as float64 and rounded once to the type of the model), integer, boolean, string, or array (a tensor of fixed shape). */
  readonly type: "number";
  /** The least value allowed. */
  readonly minimum?: number;
  /** The greatest value allowed. */
  readonly maximum?: number;
  /** Values must be greater than this. */
  readonly exclusiveMinimum?: number;
  /** Values must be less than this. */
  readonly exclusiveMaximum?: number;
  /** What the number counts, for people. */
  readonly unit?: string;
  /** What the field means, for people; it appears in the OpenAPI document. */
  readonly description?: string;
  /** What to do when the value is absent or null: `reject` the record, give the model its own missing value (`null`: NaN, or the empty text), or fill in the value that stands here. */
  readonly missing?: "reject" | null | number;
}

/** Who answers for this model when it misbehaves. */
export interface RawOwner {
  /** The team that owns the model. */
  readonly team: string;
  /** How to reach the team: an e-mail address, a channel, a pager. */
  readonly contact: string;
  /** The page to open when the model misbehaves. */
  readonly runbook?: string;
}
