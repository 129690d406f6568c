package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
	"thbot/commands"
)

// Limits of files.
const (
	mostFiles  = 10
	altRunes   = 1000
	titleRunes = 200
)

// Slack finishes an upload after it has said that it is complete: how often
// and how long it is asked whether it has.
const (
	looks     = 8
	firstLook = 150 * time.Millisecond // doubled each time, up to two seconds
)

// errUnshared says that Slack took a file and has not put it where it belongs.
var errUnshared = errors.New("the file was taken and does not appear")

// deliver puts files into the caller's direct messages, with what a picture
// shows in words.
func (a *Adapter) deliver(ctx context.Context, c caller, files []commands.File) error {
	channel, err := a.channel(ctx, c.place())
	if err != nil {
		return err
	}
	for _, f := range files {
		if _, err := a.upload(ctx, f, channel); err != nil {
			return err
		}
	}
	return nil
}

// withFiles uploads a post's files, and shows pictures in it. Other files are
// shared in the channel before the post.
func (a *Adapter) withFiles(ctx context.Context, blocks []json.RawMessage, channel string, files []commands.File) ([]json.RawMessage, error) {
	if len(files) > mostFiles {
		return nil, &apiError{op: "upload files", code: tooManyFiles}
	}
	for _, f := range files {
		if f.Alt == "" {
			if _, err := a.upload(ctx, f, channel); err != nil {
				return nil, err
			}
			continue
		}
		id, err := a.upload(ctx, f, "")
		if err != nil {
			return nil, err
		}
		picture, err := json.Marshal(slackgo.NewImageBlockSlackFile(&slackgo.SlackFileObject{ID: id}, chat.Shorten(oneLine(f.Alt), altRunes), "", nil))
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, picture)
	}
	return blocks, nil
}

// upload brings a file to Slack in three calls, and waits until Slack says
// itself that it is there. With a channel it is shared in it.
func (a *Adapter) upload(ctx context.Context, f commands.File, channel string) (string, error) {
	to, err := a.api.GetUploadURLExternalContext(ctx, slackgo.GetUploadURLExternalParameters{
		FileName: f.Name, FileSize: len(f.Data), AltTxt: chat.Shorten(oneLine(f.Alt), altRunes),
	})
	if err != nil {
		return "", failed("begin an upload", err)
	}
	err = a.api.UploadToURL(ctx, slackgo.UploadToURLParameters{UploadURL: to.UploadURL, Reader: bytes.NewReader(f.Data), Filename: f.Name})
	if err != nil {
		return "", failed("upload a file", err)
	}
	done := slackgo.CompleteUploadExternalParameters{Channel: channel, Files: []slackgo.FileSummary{{ID: to.FileID, Title: title(f)}}}
	if channel != "" && f.Alt != "" {
		done.InitialComment = chat.Shorten(escape(f.Alt), altRunes)
	}
	if _, err := a.api.CompleteUploadExternalContext(ctx, done); err != nil {
		return "", failed("complete an upload", err)
	}
	return to.FileID, a.confirm(ctx, to.FileID, channel)
}

func title(f commands.File) string { return chat.Shorten(oneLine(f.Name), titleRunes) }

// confirm looks until the file is there: read by Slack, and shared in the
// channel where one is named.
func (a *Adapter) confirm(ctx context.Context, id, channel string) error {
	wait := a.look
	for range looks {
		f, _, _, err := a.api.GetFileInfoContext(ctx, id, 0, 0)
		switch err = failed("look for a file", err); {
		case err == nil && there(f, channel):
			return nil
		case err != nil && code(err) != "file_not_found":
			return err
		case !chat.Pause(ctx, wait):
			return failed("look for a file", ctx.Err())
		}
		wait = min(2*wait, 2*time.Second)
	}
	return failed("share a file", errUnshared)
}

func there(f *slackgo.File, channel string) bool {
	if channel == "" {
		return f.Mimetype != ""
	}
	_, private := f.Shares.Private[channel]
	_, public := f.Shares.Public[channel]
	in := slices.Concat(f.Channels, f.Groups, f.IMs)
	return private || public || slices.ContainsFunc(in, func(id string) bool { return strings.EqualFold(id, channel) })
}
