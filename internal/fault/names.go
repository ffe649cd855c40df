package fault

import "slices"

// The names of the failpoints; the package comment says where each is.
const (
	FileWrite        = "atomicfile.write"
	FileSyncBefore   = "atomicfile.sync.before"
	FileRenameBefore = "atomicfile.rename.before"
	FileRenameAfter  = "atomicfile.rename.after"
	FileDirSyncAfter = "atomicfile.dirsync.after"

	StoreCommitBefore = "store.commit.before"
	StoreCommitAfter  = "store.commit.after"

	ArchivePublishBefore   = "files.publish.before"
	ArchivePublishAfter    = "files.publish.after"
	ArchiveAsideBefore     = "files.aside.before"
	ArchiveAsideAfter      = "files.aside.after"
	ArchiveRemoveBefore    = "files.remove.before"
	ArchiveRemoveAfter     = "files.remove.after"
	GenerationForgetBefore = "files.forget.before"
	GenerationForgetAfter  = "files.forget.after"
	SweepBefore            = "files.sweep.before"
	FolderRemoveBefore     = "files.leave.before"

	DownloadWrite         = "download.write"
	DownloadSyncBefore    = "download.sync.before"
	DownloadFinishBefore  = "download.finish.before"
	DownloadFinishAfter   = "download.finish.after"
	DownloadUnlistBefore  = "download.unlist.before"
	DownloadDiscardBefore = "download.discard.before"
	SwarmDiscardBefore    = "swarm.discard.before"
	SwarmEvictBefore      = "swarm.evict.before"

	EvictStateBefore = "evict.state.before"
	EvictFileBefore  = "evict.file.before"

	WakuPublishBefore = "waku.publish.before"
	WakuPublishAfter  = "waku.publish.after"

	NodeFileWriteBefore  = "nodefile.write.before"
	NodeFileRemoveBefore = "nodefile.remove.before"
)

// names is in the order of the package comment.
var names = []string{
	FileWrite, FileSyncBefore, FileRenameBefore, FileRenameAfter, FileDirSyncAfter,
	StoreCommitBefore, StoreCommitAfter,
	ArchivePublishBefore, ArchivePublishAfter, ArchiveAsideBefore, ArchiveAsideAfter, ArchiveRemoveBefore, ArchiveRemoveAfter,
	GenerationForgetBefore, GenerationForgetAfter, SweepBefore, FolderRemoveBefore,
	DownloadWrite, DownloadSyncBefore, DownloadFinishBefore, DownloadFinishAfter,
	DownloadUnlistBefore, DownloadDiscardBefore, SwarmDiscardBefore, SwarmEvictBefore,
	EvictStateBefore, EvictFileBefore,
	WakuPublishBefore, WakuPublishAfter,
	NodeFileWriteBefore, NodeFileRemoveBefore,
}

// Names returns the names of all failpoints.
func Names() []string { return slices.Clone(names) }
