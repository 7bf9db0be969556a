package conformance

// operations are the questions that can be answered. Those that cannot are in the
// list of what is pending.
var operations = map[string]operation{
	// The collection.
	"collection":       {"", answerCollection},
	"contains":         {"item", answerContains},
	"detector_sources": {"", answerDetectorSources},
	"metadata":         {"", answerMetadata},
	"timestamps":       {"", answerTimestamps},
	"times":            {"local", answerTimes},
	"select":           {"globs require", answerSelect},
	"deselect":         {"globs", answerDeselect},
	"select_exact":     {"keys", answerSelectExact},
	"select_by":        {"by value require", answerSelectBy},
	"deselect_by":      {"by value", answerDeselectBy},
	"chain":            {"steps", answerChain},
	"select_trains":    {"kind value", answerSelectTrains},
	"split_trains":     {"parts per_part", answerSplitTrains},
	"union":            {"parts other", answerUnion},

	// Its trains.
	"train_by_index": {"index keep_dims flat", answerTrainByIndex},
	"train_by_id":    {"id keep_dims flat", answerTrainByID},
	"trains":         {"require_all", answerTrains},
	"trains_of":      {"globs trains require_all keep_dims", answerTrainsOf},
	"train_of":       {"globs index", answerTrainOf},

	// A source.
	"source":            {"source", answerSource},
	"origin":            {"source", answerOrigin},
	"source_counts":     {"source group", answerSourceCounts},
	"source_coords":     {"source group", answerSourceCoords},
	"source_drop_empty": {"source group", answerSourceDropEmpty},
	"source_select":     {"source keys pattern", answerSourceSelect},
	"source_trains":     {"source kind value", answerSourceTrains},
	"source_split":      {"source parts per_part", answerSourceSplit},
	"source_union":      {"source parts other_source", answerSourceUnion},
	"run_values":        {"source", answerRunValues},
	"run_names":         {"source", answerRunNames},
	"run_value":         {"source key", answerRunValue},

	// A key.
	"key":          {"source key", answerKey},
	"sub_key":      {"source key slice", answerKey},
	"key_more":     {"source key", answerKeyMore},
	"key_trains":   {"source key kind value", answerKeyTrains},
	"key_split":    {"source key parts per_part", answerKeySplit},
	"key_train":    {"source key index id keep_dims", answerKeyTrain},
	"key_into":     {"source key dtype shape", answerKeyInto},
	"drop_empty":   {"source key", answerDropEmpty},
	"roi":          {"source key roi", answerROI},
	"xarray":       {"source key roi extra_dims extra_coords name", answerLabelled},
	"single_value": {"source key rtol", answerSingleValue},
	"single":       {"source key rtol atol reduce trains", answerSingleValue},
	"record":       {"source key trains", answerRecord},

	// Tables.
	"table":  {"globs", answerTable},
	"frame":  {"globs timestamps", answerFrame},
	"series": {"source key", answerSeries},

	// Aliases.
	"aliases":      {"files", answerAliases},
	"alias":        {"name", answerAlias},
	"alias_key":    {"pair", answerAliasKey},
	"alias_select": {"globs", answerAliasSelect},
	"alias_pick":   {"files items require", answerAliasPick},
	"alias_drop":   {"files items", answerAliasDrop},
	"alias_in":     {"files name", answerAliasIn},
	"alias_kept":   {"files more", answerAliasKept},
	"alias_union":  {"files other_files", answerAliasUnion},
	"alias_dict":   {"aliases", answerAliasDict},
	"only_aliases": {"files strict require_all", answerOnlyAliases},

	// Overview files.
	"voview_read":  {"", answerOverviewRead},
	"voview_check": {"change", answerOverviewCheck},
	"voview_paths": {"dir usr", answerOverviewPaths},

	// Auxiliary sources.
	"auxiliary":   {"", answerAuxiliary},
	"aux_sources": {"trains", answerAuxiliary},
	"aux_source":  {"source trains", answerAuxSource},
	"aux_key":     {"source key", answerAuxKey},
	"aux_data":    {"source key trains", answerAuxData},
	"aux_in":      {"item trains", answerAuxIn},
}
