package guide_test

import (
	"fmt"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

func Example_select() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	scan := psh.Must(run.Select(
		extradata.Glob("*MOTOR/1", "actualPosition"),
		extradata.Glob("*/DET/*", "image.data"),
	))
	for _, source := range scan.AllSources() {
		fmt.Println(source, psh.Must(scan.Keys(source)))
	}
	// Output:
	// SPB_DET_AGIPD1M-1/DET/0CH0:xtdf [image.data]
	// SPB_DET_AGIPD1M-1/DET/1CH0:xtdf [image.data]
	// SPB_EXP_SAM/MOTOR/1 [actualPosition.value]
}

func Example_exact() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	some := psh.Must(run.Select(extradata.Exact(map[string][]string{
		"SPB_EXP_SAM/MOTOR/1":    {"actualPosition", "targetPosition"},
		"SPB_XTD9_XGM/XGM/DOOCS": nil, // all of its keys
	})))
	fmt.Println(some)
	fmt.Println(psh.Must(some.Deselect(extradata.Glob("*MOTOR*", "*"))))
	// Output:
	// 10 trains, 2 sources in 12 files, train IDs 10000 to 10009
	// 10 trains, 1 sources in 12 files, train IDs 10000 to 10009
}

func Example_trains() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	fmt.Println(psh.Must(run.SelectTrains(extradata.ByIndex(psh.Span(0, 3)))).TrainIDs())
	fmt.Println(psh.Must(run.SelectTrains(extradata.ByIndex(psh.Every().By(4)))).TrainIDs())
	fmt.Println(psh.Must(run.SelectTrains(extradata.ByID(10005, 10008, 1))).TrainIDs())
	fmt.Println(psh.Must(run.SelectTrains(extradata.ByIDs(10002, 10009))).TrainIDs())
	// Output:
	// [10000 10001 10002]
	// [10000 10004 10008]
	// [10005 10006 10007]
	// [10002 10009]
}

func Example_complete() {
	run := psh.Must(extradata.OpenRun(700000, 1))
	defer run.Close()
	both := psh.Must(run.Select(extradata.Glob("*/DET/*", "image.data")))
	complete := psh.Must(both.RequireAll())
	any := psh.Must(both.RequireAny())
	fmt.Println(both.Len(), "trains,", complete.Len(), "with both modules,", any.Len(), "with one of them")
	// Output: 10 trains, 5 with both modules, 10 with one of them
}
