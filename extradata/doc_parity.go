// # Everything that EXtra-data has
//
// Each public name of EXtra-data 1.24 and pasha 0.1.2, and where it is here, or why it is not. Names without
// a package are of this one or of keydata. A row with several names has them in that order.
//
// Opening:
//
//	open_run(proposal, run)                    OpenRun
//	open_run(data=, include=, file_filter=)    Data, Include, OnlyFiles, OnlyLocality
//	open_run(inc_suspect_trains=False)         WithoutSuspect
//	open_run(aliases=)                         AliasFiles, with the instrument's template where none is given
//	open_run(parallelize=)                     not here: files are always opened in parallel
//	RunDirectory, H5File                       RunDirectory, H5File
//	RunHandler                                 not here: an old name of RunDirectory
//	DataCollection.from_paths, from_path       H5File, and DataCollection.Union
//	with run:                                  DataCollection.Close
//	EXTRA_DATA_DATA_ROOT                       the same variable
//	EXTRA_NUM_THREADS                          not here: PASHA_CONTEXT=threads:N, GOMAXPROCS
//	run files map, overview files              used where they are valid; run.WriteFilesMap, run.OverviewPaths
//
// DataCollection:
//
//	train_ids, selection                       DataCollection.TrainIDs, DataCollection.SelectedKeys
//	all_sources, control_sources, …            DataCollection.AllSources, DataCollection.ControlSources,
//	                                           DataCollection.InstrumentSources
//	detector_sources, legacy_sources           DataCollection.DetectorSources, DataCollection.LegacySources
//	files, is_single_run                       DataCollection.Files, DataCollection.IsSingleRun
//	inc_suspect_trains                         not here: who opened the run knows it
//	auxiliary                                  DataCollection.AuxiliarySource, DataCollection.ReductionSources,
//	                                           DataCollection.ErrataSources
//	alias[…], alias.select                     DataCollection.AliasedSource, DataCollection.AliasedKey, Aliased,
//	                                           AliasGlob, AliasExact
//	alias.file_paths, jhub_links               not here: of use on the facility's hub only
//	with_aliases, only_aliases, drop_aliases   DataCollection.WithAliases, DataCollection.WithAliasFiles,
//	                                           DataCollection.OnlyAliases, DataCollection.DropAliases
//	run[source], run[source, key], in          DataCollection.Source, DataCollection.Key, Key, DataCollection.Has
//	keys_for_source                            DataCollection.Keys
//	get_entry_shape, get_dtype                 KeyData.EntryShape, KeyData.DType
//	get_data_counts                            KeyData.DataCounts, with KeyData.InFiles for the trains that files have
//	get_series, get_dataframe                  table.Series, table.New, table.WithTimestamps
//	get_array                                  Typed.ReadLabelled
//	get_dask_array                             not here: a key is read when it is mapped over, see Map and Reduce of
//	                                           package pasha
//	get_virtual_dataset                        write.VirtualDataset
//	get_run_value, get_run_values              SourceData.RunValue, SourceData.RunValues, SourceData.NamedRunValues
//	run_metadata                               DataCollection.RunMetadata
//	train_timestamps                           DataCollection.TrainTimestamps: time.Time, In any location
//	info, detector_info                        DataCollection.Info, DataCollection.Summary
//	train_info                                 DataCollection.TrainInfo
//	plot_missing_data                          DataCollection.MissingData, DataCollection.MissingText
//	select, deselect                           DataCollection.Select with Glob, Exact, Same, Only, OnlyKey;
//	                                           DataCollection.Deselect
//	select(require_all=, require_any=)         DataCollection.RequireAll, DataCollection.RequireAny: an earlier selection
//	                                           of trains holds
//	select(warn_drop_trains_frac=)             not here: a warning where no train is left
//	select_trains                              DataCollection.SelectTrains with ByIndex, ByIndices, ByMask,
//	                                           ByLabelledMask, ByID, ByIDs
//	split_trains, union                        DataCollection.SplitTrains, DataCollection.Union
//	trains, train_from_id, train_from_index    DataCollection.Trains, DataCollection.TrainByID,
//	                                           DataCollection.TrainByIndex, then Train.Data, Train.Flat, Get
//	trains: metadata with timestamp.tid        Train.ID
//	write, write_virtual                       write.Write, write.WriteVirtual
//
// SourceData:
//
//	source, section, canonical_name, is_…      SourceData.Name, SourceData.Section, SourceData.CanonicalName,
//	                                           SourceData.IsControl, SourceData.IsInstrument, SourceData.IsLegacy,
//	                                           SourceData.IsRunOnly
//	is_reduction, is_errata, is_auxiliary      compare SourceData.Section
//	storage_class, data_category, aggregator   SourceData.StorageClass, SourceData.DataCategory, SourceData.Aggregator
//	train_ids, files                           SourceData.TrainIDs, SourceData.File
//	keys, one_key, index_groups                SourceData.Keys, SourceData.Names, SourceData.OneKey,
//	                                           SourceData.IndexGroups
//	sd[key], in, select_keys                   SourceData.Key, SourceData.Has, SourceData.SelectKeys
//	select_trains, split_trains, union         SourceData.SelectTrains, SourceData.SplitTrains, SourceData.Union
//	drop_empty_trains, data_counts             SourceData.DropEmptyTrains, SourceData.DataCounts, SourceData.InFiles
//	train_id_coordinates                       SourceData.TrainIDCoordinates
//	run_value, run_values, run_metadata        SourceData.RunValue, SourceData.RunValues, SourceData.RunOnlyNames,
//	                                           SourceData.RunMetadata
//	run_value(allow_multi_run=)                not here: take the sources of each run
//	device_class                               SourceData.DeviceClass
//
// KeyData:
//
//	source, key, section, index_group          KeyData.Source, KeyData.Key, KeyData.Section, KeyData.Group
//	train_ids, dtype, entry_shape, ndim, shape KeyData.TrainIDs, KeyData.DType, KeyData.EntryShape, KeyData.NDim,
//	                                           KeyData.Shape
//	nbytes, size_mb, size_gb                   KeyData.Bytes
//	hdf5_data_path, source_file_paths          run.Dataset, KeyData.FilePaths
//	units, units_name, attributes              KeyData.Units, KeyData.UnitsName, KeyData.Attributes
//	select_trains, split_trains, drop_empty…   KeyData.SelectTrains, KeyData.SplitTrains, KeyData.DropEmptyTrains
//	data_counts, train_id_coordinates          KeyData.DataCounts, KeyData.InFiles, KeyData.TrainIDCoordinates
//	train_index_bounds                         KeyData.TrainIndexBounds
//	as_single_value                            KeyData.SingleValue, KeyData.SingleText
//	ndarray(roi=, out=)                        Typed.Read, KeyData.ReadAny, Typed.ReadInto; Convert for another type
//	structured data                            Key of a struct, KeyData.Field, KeyData.Fields, Records
//	xarray(extra_dims=, extra_coords=, name=)  Typed.ReadLabelled with Labels
//	series                                     table.Series
//	dask_array                                 not here: see get_dask_array
//	train_from_id, train_from_index, trains    Typed.TrainByID, Typed.TrainByIndex, Typed.Trains; KeyData.Passed
//
// Files:
//
//	FileAccess                                 run.Open and the methods of run.File
//	storage_class, instrument, cycle, proposal run.StorageOf, File.Storage, ParseName
//	has_train_ids, is_voview                   File.Overlaps by the range of IDs, File.IsOverview
//	dset_proxy, DatasetProxy                   not here: a dataset is read where it is asked for
//	locality.…                                 OnlyLocality, run.LocalityOf; extra-data locality
//	validation.FileValidator, RunValidator     validate.File, validate.Run
//
// The rest:
//
//	components                                 detector.Open, detector.Frames, Detector.Key, FramesOf.PerModule
//	stack_detector_data, stacking              detector.Stack, detector.StackModules
//	copy_structure, voview writing             write.CopyStructure, write.Overview
//	write_cxi                                  Detector.WriteCXI; extra-data make-virtual-cxi
//	export, karabo-bridge-serve-…              not here yet: streaming
//	lsxfel, extra-data-validate, -locality, -readable lsxfel; extra-data validate, locality, readable
//	python -m extra_data.run_files_map         extra-data map
//	SourceNameError, PropertyNameError, …      SourceNameError, KeyNameError, TrainIDError, AliasError, MultiRunError,
//	                                           NoDataError, FileStructureError
//
// pasha 0.1.2, with psh for package pasha:
//
//	map, MapContext.map                        psh.Map, psh.On
//	kernel(worker_id, index, value)            psh.Kernel; trains and entries tell which they are
//	alloc(shape, dtype, order, fill, like)     psh.Alloc with psh.Shape, psh.Fortran, psh.Fill, psh.Like; psh.AllocFor
//	alloc(per_worker=True)                     psh.PerWorker: the workers are the first dimension, in any order
//	get_default_context, set_default_context   psh.Default, psh.SetDefault, PASHA_CONTEXT
//	SerialContext, ThreadContext, ProcessContext psh.Serial, psh.Threads, psh.Processes with psh.Register
//	own MapContext, Functor                    psh.Context, psh.RegisterContext, psh.Functor, psh.Wrap, psh.RegisterWrapper
//	SequenceFunctor                            psh.Slice, psh.Range
//	NdarrayFunctor(array, axis)                psh.Along: the axis is taken out, as xarray does
//	DataArrayFunctor(array, dim)               psh.AlongDim
//	ExtraDataFunctor                           a key by train, Typed.ByEntry, and a DataCollection: each is a functor
//	gen_split_slices                           Split
package extradata
