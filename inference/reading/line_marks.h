// Repairs that the picture or the neighbours decide: list marks and look-alikes. What was read before is kept
// beside them (TextLine::raw_text).
#pragma once

#include <opencv2/core.hpp>

#include <vector>

#include "inference/reading/text_line.h"

namespace sightline {

// A leading o . 0 or comma that is a small disc or ring in the picture becomes a bullet. `line` CV_8UC3: the
// upright line cut out of the picture, a pixel of it for a pixel along the line.
void repairBullet(const cv::Mat& line, std::vector<Character>& characters);

// Dots that lead from a title to its page number, six or more of one size and distance, are no text: what was
// read of them goes, and a space stays. `line` as for repairBullet.
void removeLeaders(const cv::Mat& line, std::vector<Character>& characters);

// Three even dots at the end of the line are three, however many were read.
void repairEllipsis(const cv::Mat& line, std::vector<Character>& characters);

// A lone "I" or "l" is a number's 1; a "1" between letters of a word without other digits is an l.
void repairLookAlikes(std::vector<Character>& characters);

// What a second look may find: six characters at most, all of them marks, or a number of three digits at
// most.
bool isMarkOnly(const std::vector<Character>& characters);
bool isShortNumber(const std::vector<Character>& characters);

}  // namespace sightline
