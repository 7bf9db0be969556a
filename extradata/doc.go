// Package extradata opens runs of the European XFEL and gives their data.
//
//	run, err := extradata.OpenRun(700000, 1)
//	images, err := extradata.Key[uint16](run, "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", "image.data")
//	mean, err := psh.AllocFor[float32](images, 512, 128) // one row per train
//	err = psh.Map(func(worker, index int, train extradata.Entries[uint16]) error {
//		…
//	}, images)
//
// A run is a directory of HDF5 files. A train is one window of 0.1 s with a
// unique train ID. A source is a device, such as a motor or a detector module;
// control sources have one entry per train, instrument sources any number. A
// key is one of the properties of a source.
//
// Both a key and the whole [DataCollection] are functors of package pasha: a
// kernel is called for each train, with the position of the train in TrainIDs. What it
// gets is lent until it returns, see package keydata: Copy to keep. Both
// cross to worker processes, as functors and in the arguments of a kernel: what
// crosses is where the files are and what was selected, and each process opens them
// for itself. A file that is not the same there as here is [ErrChanged].
//
// # What you have, and what to ask for
//
//	a key whose type you know         Key[uint16](run, source, key)
//	numbers of any type, as another   KeyAs[float32](run, source, key)
//	a key of any type                 run.Key(source, key), then ReadAny, ReadFloats
//	all of it                         images.Read(roi…), ReadInto(array), ReadLabelled
//	one train                         images.TrainByID(id); of a whole run run.TrainByID(id)
//	each train, in a loop             for train, err := range images.Trains() {
//	each train, on all workers        psh.Map(kernel, images): kernel(worker, index, Entries)
//	each frame, on all workers        psh.Map(kernel, images.ByEntry()): kernel(worker, index, Entry)
//	some frames                       images.ByEntry().Numbers(psh.Span(0, 10)), Mask, Indices
//	two or three keys side by side    keydata.Zip(a, b), Zip3; by frame keydata.Zip(a, b) and ByEntry
//	one number a train                PerTrain[float64](run, source, key)
//	many sources in a kernel          psh.Map(kernel, run): Get and GetEntries of what it asks for
//	one answer for all                psh.ReduceMean(images.ByEntry()), ReduceMoments, …; psh.Reduce
//	tables                            table.New(run), of package extradata/table
//
// # For users of EXtra-data in Python
//
// What EXtra-data does is here under names like its own, and gives the same
// answers. A selection is a new value; the old one stays as it was.
//
//	open_run(4200, 1, data="all")         OpenRun(4200, 1, Data("all"))
//	RunDirectory(path), H5File(path)      RunDirectory(path), H5File(path)
//	inc_suspect_trains=False              WithoutSuspect()
//	RunDirectory(path, file_filter=f)     RunDirectory(path, OnlyFiles(keep))
//	run.files, run.is_single_run          run.Files(), run.IsSingleRun()
//	(source, key) in run                  run.Has(source, key)
//	run[source]                           run.Source(source)
//	run[source, key]                      run.Key(source, key), or Key[uint16](run, source, key)
//	run.select("*MOTOR*", "actual*")      run.Select(Glob("*MOTOR*", "actual*"))
//	run.select({source: {key}})           run.Select(Exact(map[string][]string{source: {key}}))
//	run.select(other), deselect(…)        run.Select(Same(other)), run.Deselect(…)
//	select(…, require_all=True)           run.Select(…), then RequireAll()
//	run.select_trains(np.s_[:5])          run.SelectTrains(ByIndex(psh.Span(0, 5)))
//	run.select_trains(by_id[a:b])         run.SelectTrains(ByID(a, b, 1))
//	run.select_trains(mask)               run.SelectTrains(ByMask(mask)), ByLabelledMask(mask)
//	run.split_trains(parts=10)            run.SplitTrains(10, 0)
//	run.union(other)                      run.Union(other)
//	for tid, data in run.trains():        for train, err := range run.Trains(false) {
//	run.train_from_id(tid)                run.TrainByID(id), then Data or Get
//	run.get_dataframe(…)                  table.New(run), of package extradata/table
//	run.alias["xgm"], run.alias["x"]      run.AliasedSource("xgm"), run.AliasedKey("x")
//	run.alias.select({"xgm": {key}})      run.Select(AliasExact(…)), Aliased("xgm"), AliasGlob("xgm", "*")
//	source.select_keys({"a", "b"})        source.SelectKeys("a", "b")
//	source.data_counts(index_group=g)     source.DataCounts(g), for those trains that InFiles tells
//	source.run_values(False), is_run_only source.NamedRunValues(), source.IsRunOnly()
//	source.aggregator, .data_category     source.Aggregator(), source.DataCategory(), StorageClass(); File() for the sequence
//	source.run_keys less keys             source.RunOnlyNames()
//	run.auxiliary.reduction_sources       run.ReductionSources(), run.ErrataSources()
//	run.auxiliary["AGIPD00@…"]            run.AuxiliarySource("AGIPD00@…")
//	run.info(), run.run_metadata()        run.Info(), run.RunMetadata()
//	run.train_info(tid)                   run.TrainInfo(id)
//	run.train_timestamps(local_time=True) run.TrainTimestamps(), each stamp.In(TimeZone())
//	FileAccess(path)                      run.Open(path), of package run: Name(), Storage(), FormatVersion(), …
//	key.ndarray(roi=np.s_[:8])            key.Read(psh.Span(0, 8))
//	key.ndarray(out=array)                key.ReadInto(array); of another type keydata.Convert[float64](key)
//	for tid, data in key.trains():        for train, err := range key.Trains() {
//	key.source_file_paths                 key.FilePaths()
//	key.xarray()                          key.ReadLabelled(keydata.Labels{})
//	xarray.align(a, b, join="inner")      psh.Align(psh.Inner, "trainId", &a, &b)
//	key.as_single_value()                 key.SingleValue(1e-5, 0, keydata.Median)
//	key.data_counts(), .units             key.DataCounts(), key.Units()
//
// Entries of a train keep their first dimension here, also where there is only one.
// A key's type is given when it is asked for; where it is known at run time only,
// [KeyData] has methods that read any.
//
// # Notices
//
// What is worth knowing but no error goes to log/slog as a warning: files that
// cannot be read, selections that miss all trains, old names of sources.
package extradata
