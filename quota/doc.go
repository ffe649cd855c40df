// Package quota holds what a node may take of a machine: bytes a second, bytes
// on disk, and when. It reads and prints limits as people write them, knows the
// settings of a node and of a community, and holds transfers and files to them.
//
// # Amounts
//
// A rate is bytes a second; 0 is unlimited. A size is bytes; 0 is no cap. One
// grammar for both, in which the unit may be left out for bytes:
//
//	rate      = "0" | "unlimited" | "none" | number [ unit [ "/s" ] ] | number ( bits "/s" | "kbps" | "Mbps" | "Gbps" )
//	size      = "0" | "unlimited" | "none" | number [ unit ]
//	free disk = size | number "%"
//	number    = digits [ "." digits ]
//	unit      = "B" | "KiB" | "MiB" | "GiB" | "TiB" | "KB" | "MB" | "GB" | "TB"
//	bits      = "bit" | "kbit" | "Mbit" | "Gbit"
//
// Case does not matter, but one b does: "Mb/s" could be bits or bytes and is
// refused. "1M" is refused, too. KiB is 1024 bytes, KB 1000, and 8 kbit are
// 1000 bytes. A fraction of a byte is dropped; what is above zero and below one
// byte is refused, since zero means no limit.
//
// # Schedules
//
// A schedule is windows of a week, in the order of their weight: the first one
// that holds decides.
//
//	schedule = "none" | window *( ";" window )
//	window   = hh:mm "-" hh:mm [ days ] 1*( "up=" rate | "down=" rate )
//	days     = "daily" | "weekdays" | "weekends" | day [ "-" day ] *( "," day [ "-" day ] )
//	day      = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun"
//
// For example "08:00-18:00 mon-fri up=256KiB/s down=1MiB/s; 22:00-06:00 daily up=0".
// Times are what a clock on the wall shows in the zone of the node, 24:00 is
// the end of a day. A window that ends before it begins runs over midnight and
// belongs to the day it begins on; one that ends when it begins takes a day. An
// hour that a change of the clocks skips is in no window, and one that comes
// twice counts twice. A direction that a window does not name keeps the rate
// that holds without a schedule.
//
// # Settings
//
// [NodeKeys] and [CommunityKeys] list what can be set. A setting is a key and a
// text; [Node] and [Community] read and print them, so that the config file,
// rows of the database and flags of commands share one list and one parser.
package quota
