// Package fault lets tests fail the program at named places: it is killed
// there, gets an error there, or waits there.
//
// A failpoint is a call of [Point] with one of the names below. It costs the
// load of a pointer unless the environment variable SEEDER_FAULT holds a plan,
// which is a list of rules separated by commas:
//
//	RULE   = NAME ":" ACTION [ "#" PASSES ]
//	NAME   = the name of a failpoint, or "*" for all
//	ACTION = kill | error | enospc | sleep=DURATION | trace
//	PASSES = N | N-M | N+         counted from 1, for each failpoint by itself
//
// Without PASSES a rule holds for every pass; of several rules that hold, all
// act, in order. Worked example: the process is killed when it is about to
// rename a file for the third time, and the first two writes of a download find
// the disk full.
//
//	SEEDER_FAULT='atomicfile.rename.before:kill#3,download.write:enospc#1-2'
//
// What the actions do: kill ends the process with SIGKILL, after a line on
// standard error that says where; error returns [ErrInjected]; enospc returns
// that and ENOSPC; sleep waits; trace writes a line on standard error for each
// pass. With a malformed plan every failpoint returns [ErrPlan], so the program
// does not run as if there were none.
//
// The failpoints. "before" and "after" are of the step that gives the name;
// after means that it has happened and nothing that follows has.
//
//	atomicfile.write          some bytes of a file that is not yet published are written
//	atomicfile.sync.before    a file that is about to be published is synced
//	atomicfile.rename.before  it is renamed into place
//	atomicfile.rename.after   and its folder is not synced
//	atomicfile.dirsync.after  and its folder is synced
//	store.commit.before       a write transaction is committed
//	store.commit.after        and its caller does not know yet
//	files.publish.before      a finished download gets the name of its archive
//	files.publish.after       and its folder is not synced
//	files.aside.before        a damaged archive gets the name of a download
//	files.aside.after         and its piece hashes are there yet
//	files.remove.before       a file of an archive is removed, the archive itself first
//	files.remove.after        and the next one is not, nor is their folder synced
//	files.forget.before       the torrent file of a generation is removed
//	files.forget.after        and its index and layout are there yet
//	files.sweep.before        a file that a process left unfinished is removed
//	files.leave.before        a part of the folder of a community that was left is removed
//	download.write            some bytes of an unfinished download are written
//	download.sync.before      they are synced, before the list of finished pieces is written
//	download.finish.before    the padding of a finished download is cut off
//	download.finish.after     and the file is synced, under the name of a download
//	download.unlist.before    the list of finished pieces of a published archive is removed
//	download.discard.before   the files of a refused download are removed
//	swarm.discard.before      a refused archive is removed after it is no longer served
//	swarm.evict.before        an evicted archive is removed after it is no longer served
//	evict.state.before        it is committed that an archive is evicted
//	evict.file.before         and its file is there yet, and served
//	waku.publish.before       an announcement is sent
//	waku.publish.after        and a peer took it, which the database does not know
//	nodefile.write.before     the node file is written
//	nodefile.remove.before    the node file is removed
package fault
